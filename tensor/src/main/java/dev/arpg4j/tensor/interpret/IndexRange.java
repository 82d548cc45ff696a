package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
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
  /** The indices of a call; none if its op has none, or its shapes are misfits anyway. */
  static List<IndexRange> of(Call call) {
    return switch (call.op()) {
      case "embed" -> below("ids", call.tensor(1), call.weight(0).shape(), 0);
      case "gather" -> below("index", call.tensor(1), call.tensor(0).shape(), 1);
      case "scatterAdd" -> of("index", call.tensor(1), 0, call.integer(2) - 1);
      case "rope" -> below("rows", call.tensor(2), call.tensor(1).shape(), 0);
      case "appendRotated" -> below("rows", call.tensor(4), call.tensor(3).shape(), 0);
      case "crossEntropy", "crossEntropyBackward" -> {
        Shape logits = call.tensor(0).shape();
        yield below("targets", call.tensor(1), logits, logits.rank() - 1);
      }
      case "attention" ->
          call.cache().isPresent()
              ? of("visibleEnd", call.tensor(2), 1, call.cache().get().length())
              : ends(call.tensor(3), call.tensor(1).shape());
      case "attentionBackward" -> ends(call.tensor(3), call.tensor(1).shape());
      case "attentionRotated" -> {
        List<IndexRange> both = new ArrayList<>();
        both.addAll(below("rows", call.tensor(2), call.tensor(1).shape(), 0));
        both.addAll(of("visibleEnd", call.tensor(4), 1, call.cache().orElseThrow().length()));
        yield both;
      }
      default -> List.of();
    };
  }

  /** The indices that a call gave; none if its op gives none. */
  static List<IndexRange> ofResult(Call call, Tensor result) {
    return switch (call.op()) {
      case "sample", "sampleGuided" ->
          of("the result", result, 0, call.tensor(0).shape().dim(-1) - 1);
      default -> List.of();
    };
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

  private static List<IndexRange> ends(Tensor ends, Shape keys) {
    return keys.rank() == 3 ? of("visibleEnd", ends, 1, keys.dim(1)) : List.of();
  }

  private static List<IndexRange> below(String what, Tensor indices, Shape of, int axis) {
    return axis >= 0 && axis < of.rank() ? of(what, indices, 0, of.dim(axis) - 1) : List.of();
  }

  private static List<IndexRange> of(String what, Tensor indices, int first, int last) {
    return indices.dtype() == DType.I32
        ? List.of(new IndexRange(what, indices, first, last))
        : List.of();
  }
}
