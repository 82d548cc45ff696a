package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.util.Arrays;

/** Turns a pickled tensor into one that can be read, if it lies within its storage. */
record PyTorchView(MappedFile file, String name, Pickled.Tensor tensor) {

  /** The tensor as a view of the storage in {@code region}. */
  StoredTensor in(StoredZip.Region region) {
    checkStorage(region);
    ElementType type = tensor.type();
    long elements = region.length() / type.bytes();
    try {
      Shape shape = shape();
      Strides strides = Strides.of(shape, tensor.stride());
      if (Math.addExact(tensor.offset(), strides.reach()) > elements) {
        throw refused(
            "reaches from element "
                + tensor.offset()
                + " to "
                + (tensor.offset() + strides.reach())
                + " of a storage of "
                + elements);
      }
      long position = region.position() + tensor.offset() * type.bytes();
      return new StoredTensor(file, name, type, shape, position, strides);
    } catch (ArithmeticException e) {
      throw refused(
          "has shape " + Arrays.toString(tensor.size()) + ", which is too large to address");
    }
  }

  private void checkStorage(StoredZip.Region region) {
    Pickled.Storage storage = tensor.storage();
    int bytes = storage.type().elements().bytes();
    // Division, since the number of elements comes from the file and might overflow.
    if (region.length() % bytes != 0 || region.length() / bytes != storage.elements()) {
      throw refused(
          "lies in a storage of "
              + region.length()
              + " bytes; expected "
              + storage.elements()
              + " elements of "
              + bytes);
    }
  }

  private Shape shape() {
    int[] dims = new int[tensor.size().length];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = Math.toIntExact(tensor.size()[axis]);
    }
    Shape shape = Shape.of(dims);
    // Asked here, while an overflow can still be told.
    Math.multiplyExact(shape.size(), tensor.type().bytes());
    return shape;
  }

  private InvalidInputException refused(String what) {
    return Refusal.of(file.path(), "tensor " + Refusal.name(name) + " " + what);
  }
}
