package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** The backward of {@link dev.arpg4j.tensor.MovementOps}: the same entries, moved back. */
final class MovementRules {
  private MovementRules() {}

  static Map<String, Rule> all() {
    return Map.of(
        "embed",
        MovementRules::embed,
        "gather",
        MovementRules::gather,
        "scatterAdd",
        MovementRules::scatterAdd,
        "concat",
        MovementRules::concat,
        "slice",
        MovementRules::slice,
        "reshape",
        MovementRules::reshape);
  }

  /** A row of the table gathers the gradients of wherever it went. */
  private static void embed(Step step) {
    Shape table = step.shape(0);
    int n = Math.toIntExact(step.shape(1).size());
    Tensor rows = step.ops().reshape(step.dy(), Shape.of(1, n, table.dim(1)));
    Tensor ids = step.ops().reshape(step.tensor(1), Shape.of(n));
    Tensor sums = step.ops().scatterAdd(rows, ids, table.dim(0));
    step.give(0, step.ops().reshape(sums, table));
  }

  private static void gather(Step step) {
    step.give(0, step.ops().scatterAdd(step.dy(), step.tensor(1), step.shape(0).dim(1)));
  }

  private static void scatterAdd(Step step) {
    step.give(0, step.ops().gather(step.dy(), step.tensor(1)));
  }

  /** Each part has its slice. */
  private static void concat(Step step) {
    int axis = step.integer(0);
    int from = 0;
    for (int part = 1; part < step.operands(); part++) {
      int to = from + step.shape(part).dim(axis);
      if (step.wants(part)) {
        step.give(part, step.ops().slice(step.dy(), axis, from, to));
      }
      from = to;
    }
  }

  /** Zeros around: what was left out has no part in the loss. */
  private static void slice(Step step) {
    Shape whole = step.shape(0);
    int axis = step.integer(1);
    int from = step.integer(2);
    int to = step.integer(3);
    int outer = product(whole, 0, axis);
    int inner = product(whole, axis + 1, whole.rank());
    Tensor part = step.ops().reshape(step.dy(), Shape.of(outer, to - from, inner));
    Tensor places = Moves.range(step.ops(), from, to);
    Tensor back = step.ops().scatterAdd(part, places, whole.dim(axis));
    step.give(0, step.ops().reshape(back, whole));
  }

  private static void reshape(Step step) {
    step.give(0, step.ops().reshape(step.dy(), step.shape(0)));
  }

  private static int product(Shape shape, int from, int to) {
    return Arrays.stream(shape.toArray(), from, to).reduce(1, Math::multiplyExact);
  }
}
