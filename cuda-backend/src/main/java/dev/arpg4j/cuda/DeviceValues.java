package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Movement;
import dev.arpg4j.cuda.memory.WeightLoader;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * Values on their way between tensors, weights and constants, none of them through the host. A
 * kernel of a convolution changes between its published order and the one that it is kept in.
 */
final class DeviceValues {
  private final Storage storage;
  private final Entrywise casts;
  private final Movement singles;
  private final Movement halves;

  DeviceValues(Storage storage) {
    this.storage = storage;
    this.casts = new Entrywise(storage.stream(), storage.element());
    this.singles = new Movement(storage.stream(), Element.F32);
    this.halves = new Movement(storage.stream(), Element.BF16);
  }

  /** A copy of a weight's values, in the type that they are kept in. */
  Tensor of(CudaWeight weight) {
    CudaTensor y = storage.tensor(weight.shape(), weight.storedType());
    if (weight.isKernel()) {
      Shape shape = weight.shape(); // kept as [O, kh·kw, C]
      int pixels = shape.dim(2) * shape.dim(3);
      mover(y).transposeEach(weight.address(), y.address(), shape.dim(0), pixels, shape.dim(1));
    } else {
      copy(weight.address(), y.address(), y.bytes());
    }
    return y;
  }

  /**
   * Gives a weight the values of a tensor. In a routine each run does.
   *
   * @throws IllegalArgumentException if the shapes differ, or the tensor holds integers
   */
  void assign(CudaWeight weight, Tensor values) {
    if (!values.shape().equals(weight.shape())) {
      throw new IllegalArgumentException(
          "assign: '%s' is %s, expected %s"
              .formatted(weight.name(), values.shape(), weight.shape()));
    }
    CudaTensor from = numbers(values);
    if (weight.isKernel()) {
      CudaTensor typed =
          weight.storedType() == DType.F32 ? storage.single(from) : storage.computed(from);
      Shape shape = weight.shape();
      int pixels = shape.dim(2) * shape.dim(3);
      mover(typed)
          .transposeEach(typed.address(), weight.address(), shape.dim(0), shape.dim(1), pixels);
    } else {
      write(from, weight.storedType(), weight.address());
    }
    if (weight.form() == WeightLoader.Form.F32_OF_BF16) {
      casts.roundSingles(weight.address(), weight.address(), from.size());
    }
    weight.assigned();
  }

  /**
   * Gives a constant the values of a tensor. In a routine each run does.
   *
   * @throws IllegalArgumentException if the shapes differ, or one of them holds integers
   */
  void assign(CudaTensor constant, Tensor values) {
    if (!values.shape().equals(constant.shape())) {
      throw new IllegalArgumentException(
          "assign: values %s, expected %s".formatted(values.shape(), constant.shape()));
    }
    write(numbers(values), numbers(constant).dtype(), constant.address());
  }

  private CudaTensor numbers(Tensor tensor) {
    if (tensor.dtype() == DType.I32) {
      throw new IllegalArgumentException("assign: a tensor of I32, expected numbers");
    }
    return storage.own(tensor);
  }

  /** Values as a type, at an address. */
  private void write(CudaTensor from, DType type, long to) {
    if (from.dtype() == type) {
      copy(from.address(), to, from.bytes());
    } else if (type == DType.F32) {
      casts.widen(from.address(), to, from.size());
    } else {
      casts.narrow(from.address(), to, from.size());
    }
  }

  private void copy(long from, long to, long bytes) {
    if (bytes > 0 && from != to) {
      storage.stream().onDevice(to, from, bytes);
    }
  }

  private Movement mover(CudaTensor tensor) {
    return tensor.dtype() == DType.F32 ? singles : halves;
  }
}
