package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.io.Pickled.Global;
import dev.arpg4j.tensor.io.Pickled.Made;
import dev.arpg4j.tensor.io.Pickled.Mapping;
import dev.arpg4j.tensor.io.Pickled.Sequence;
import dev.arpg4j.tensor.io.Pickled.Storage;
import dev.arpg4j.tensor.io.Pickled.Tensor;
import dev.arpg4j.tensor.io.Pickled.Text;
import dev.arpg4j.tensor.io.Pickled.Whole;
import java.util.List;
import java.util.Optional;

/**
 * The whole list of callables a checkpoint may name with effect, and what each means (VARIANTS.md
 * 1.2). All of them describe tensors; calling any other gives a stand-in that remembers its name.
 */
final class TorchObjects {
  private static final int MOST_AXES = 64;
  private static final Global ORDERED_DICT = new Global("collections", "OrderedDict");
  private static final Global SIZE = new Global("torch", "Size");
  private static final Global TENSOR_V1 = new Global("torch._utils", "_rebuild_tensor");
  private static final Global TENSOR_V2 = new Global("torch._utils", "_rebuild_tensor_v2");
  private static final Global TENSOR_V3 = new Global("torch._utils", "_rebuild_tensor_v3");
  private static final Global PARAMETER = new Global("torch._utils", "_rebuild_parameter");
  private static final Global PARAMETER_WITH_STATE =
      new Global("torch._utils", "_rebuild_parameter_with_state");

  private TorchObjects() {}

  /** A call that is on the list, with arguments it does not take, or a key no weight has. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** What {@code callable(arguments)} means. */
  static Pickled call(Global callable, List<Pickled> arguments) throws MalformedException {
    if (callable.equals(TENSOR_V1) || callable.equals(TENSOR_V2) || callable.equals(TENSOR_V3)) {
      return tensor(callable, arguments);
    }
    if (callable.equals(PARAMETER) || callable.equals(PARAMETER_WITH_STATE)) {
      return argument(callable, arguments, 0, Pickled.class);
    }
    if (callable.equals(SIZE)) {
      return arguments.isEmpty()
          ? new Sequence()
          : argument(callable, arguments, 0, Sequence.class);
    }
    if (callable.equals(ORDERED_DICT)) {
      return orderedDict(arguments);
    }
    return new Made(callable);
  }

  /** The storage that a persistent id {@code ("storage", class, key, device, elements)} names. */
  static Pickled storage(Pickled id) throws MalformedException {
    if (id instanceof Sequence tuple
        && tuple.items().size() >= 5
        && tuple.items().get(0) instanceof Text(String what)
        && what.equals("storage")
        && tuple.items().get(1) instanceof Global type
        && tuple.items().get(2) instanceof Text(String key)
        && tuple.items().get(4) instanceof Whole(long elements)) {
      Optional<StorageType> known = StorageType.of(type);
      return known.isPresent() ? new Storage(known.get(), key, elements) : new Made(type);
    }
    throw new MalformedException(
        "persistent id is " + id.kind() + "; expected (\"storage\", class, key, device, elements)");
  }

  private static Pickled tensor(Global callable, List<Pickled> arguments)
      throws MalformedException {
    Pickled first = argument(callable, arguments, 0, Pickled.class);
    if (first instanceof Made) {
      return first;
    }
    Storage storage = argument(callable, arguments, 0, Storage.class);
    long offset = argument(callable, arguments, 1, Whole.class).value();
    long[] size = numbers(callable, argument(callable, arguments, 2, Sequence.class));
    long[] stride = numbers(callable, argument(callable, arguments, 3, Sequence.class));
    if (offset < 0 || size.length != stride.length) {
      throw new MalformedException(
          callable
              + " with offset "
              + offset
              + ", "
              + size.length
              + " extents and "
              + stride.length
              + " strides");
    }
    int last = callable.equals(TENSOR_V3) ? 7 : 6;
    // A conjugate or negative view is stored as it was and marked here.
    if (arguments.size() > last
        && arguments.get(last) instanceof Mapping marks
        && !marks.entries().isEmpty()) {
      throw new MalformedException(callable + " with " + marks.entries().keySet() + " set");
    }
    if (!callable.equals(TENSOR_V3)) {
      return new Tensor(storage, storage.type().elements(), offset, size, stride);
    }
    Global dtype = argument(callable, arguments, 6, Global.class);
    Optional<ElementType> type = StorageType.dtype(dtype);
    return type.isPresent()
        ? new Tensor(storage, type.get(), offset, size, stride)
        : new Made(dtype);
  }

  private static Mapping orderedDict(List<Pickled> arguments) throws MalformedException {
    Mapping dict = new Mapping();
    if (!arguments.isEmpty()) {
      for (Pickled pair : argument(ORDERED_DICT, arguments, 0, Sequence.class).items()) {
        if (!(pair instanceof Sequence two) || two.items().size() != 2) {
          throw new MalformedException(ORDERED_DICT + " of " + pair.kind() + "; expected pairs");
        }
        dict.put(two.items().get(0), two.items().get(1));
      }
    }
    return dict;
  }

  private static long[] numbers(Global callable, Sequence sequence) throws MalformedException {
    List<Pickled> items = sequence.items();
    if (items.size() > MOST_AXES) {
      throw new MalformedException(
          callable + " with " + items.size() + " axes; expected at most " + MOST_AXES);
    }
    long[] numbers = new long[items.size()];
    for (int axis = 0; axis < numbers.length; axis++) {
      numbers[axis] = argument(callable, items, axis, Whole.class).value();
      if (numbers[axis] < 0) {
        throw new MalformedException(callable + " with the extent or stride " + numbers[axis]);
      }
    }
    return numbers;
  }

  private static <T extends Pickled> T argument(
      Global callable, List<Pickled> arguments, int index, Class<T> type)
      throws MalformedException {
    if (index >= arguments.size()) {
      throw new MalformedException(callable + " with " + arguments.size() + " arguments");
    }
    Pickled argument = arguments.get(index);
    if (!type.isInstance(argument)) {
      throw new MalformedException(
          callable + " with " + argument.kind() + " where a " + type.getSimpleName() + " belongs");
    }
    return type.cast(argument);
  }
}
