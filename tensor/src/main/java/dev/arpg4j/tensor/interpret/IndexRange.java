package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The operand of an op that holds indices, and the range they must be in.
 *
 * @param what the parameter's name in {@link dev.arpg4j.tensor.Ops}
 * @param indices the operand
 * @param first the lowest index allowed
 * @param last the highest index allowed
 */
record IndexRange(String what, Tensor indices, int first, int last) {
  /** The indices of a call; empty if its op has none, or its shapes are misfits anyway. */
  static Optional<IndexRange> of(Call call) {
    List<Object> operands = call.operands();
    return switch (call.op()) {
      case "embed" -> below("ids", operands.get(1), ((Weight) operands.get(0)).shape(), 0);
      case "gather" -> below("index", operands.get(1), shape(operands.get(0)), 1);
      case "scatterAdd" -> of("index", operands.get(1), 0, (Integer) operands.get(2) - 1);
      case "rope" -> below("rows", operands.get(2), shape(operands.get(1)), 0);
      case "crossEntropy" -> {
        Shape logits = shape(operands.get(0));
        yield below("targets", operands.get(1), logits, logits.rank() - 1);
      }
      case "attention" ->
          operands.get(1) instanceof KvCache cache
              ? of("visibleEnd", operands.get(2), 1, cache.length())
              : ends(operands.get(3), shape(operands.get(1)));
      default -> Optional.empty();
    };
  }

  /** The indices that a call gave; empty if its op gives none. */
  static Optional<IndexRange> ofResult(Call call, Tensor result) {
    return call.op().equals("sample")
        ? of("the result", result, 0, shape(call.operands().get(0)).dim(-1) - 1)
        : Optional.empty();
  }

  /** The first index outside, as a message; empty if all are inside. */
  Optional<String> violation() {
    int[] values = indices.toInts();
    for (int i = 0; i < values.length; i++) {
      if (values[i] < first || values[i] > last) {
        return Optional.of(
            "%s%s is %d, expected %d..%d"
                .formatted(
                    what, Arrays.toString(position(indices.shape(), i)), values[i], first, last));
      }
    }
    return Optional.empty();
  }

  /** Where element {@code flat} of a row-major array of {@code shape} is, one number an axis. */
  static int[] position(Shape shape, long flat) {
    int[] position = new int[shape.rank()];
    long rest = flat;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      position[axis] = (int) (rest % shape.dim(axis));
      rest /= shape.dim(axis);
    }
    return position;
  }

  private static Optional<IndexRange> ends(Object ends, Shape keys) {
    return keys.rank() == 3 ? of("visibleEnd", ends, 1, keys.dim(1)) : Optional.empty();
  }

  private static Optional<IndexRange> below(String what, Object indices, Shape of, int axis) {
    return axis >= 0 && axis < of.rank()
        ? of(what, indices, 0, of.dim(axis) - 1)
        : Optional.empty();
  }

  private static Optional<IndexRange> of(String what, Object indices, int first, int last) {
    Tensor tensor = (Tensor) indices;
    return tensor.dtype() == DType.I32
        ? Optional.of(new IndexRange(what, tensor, first, last))
        : Optional.empty();
  }

  private static Shape shape(Object tensor) {
    return ((Tensor) tensor).shape();
  }
}
