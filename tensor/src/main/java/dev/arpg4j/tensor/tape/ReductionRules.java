package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Map;

/** The backward of {@link dev.arpg4j.tensor.ReductionOps}, and of what gradients reduce by. */
final class ReductionRules {
  private ReductionRules() {}

  static Map<String, Rule> all() {
    return Map.of(
        "softmax",
        step -> step.give(0, step.ops().softmaxBackward(step.result(0), step.dy())),
        "sumRows",
        step -> step.give(0, Moves.eachRow(step.ops(), step.dy(), step.shape(0))),
        "sumColumns",
        ReductionRules::sumColumns,
        "mean",
        ReductionRules::mean,
        "mulRows",
        ReductionRules::mulRows,
        "crossEntropy",
        ReductionRules::crossEntropy,
        "value",
        step -> step.give(0, step.dy()));
  }

  /** Every row has the gradient of the sum. */
  private static void sumColumns(Step step) {
    Shape shape = step.shape(0);
    Tensor row = step.ops().reshape(step.dy(), Shape.of(1, 1, shape.dim(-1)));
    Tensor rows = Moves.repeated(step.ops(), row, Math.toIntExact(shape.rows()));
    step.give(0, step.ops().reshape(rows, shape));
  }

  /** Every entry has the gradient of the mean, divided by how many they are. */
  private static void mean(Step step) {
    Shape shape = step.shape(0);
    Tensor each = step.ops().scale(step.dy(), 1.0 / shape.size());
    Tensor all = Moves.eachRow(step.ops(), each, Shape.of(1, Math.toIntExact(shape.size())));
    step.give(0, step.ops().reshape(all, shape));
  }

  /** y[r, :] = f[r] x[r, :]: dx[r, :] = f[r] dy[r, :], df[r] = dy[r, :]·x[r, :]. */
  private static void mulRows(Step step) {
    if (step.wants(0)) {
      step.give(0, step.ops().mulRows(step.dy(), step.tensor(1)));
    }
    if (step.wants(1)) {
      step.give(1, step.ops().sumRows(step.ops().mul(step.dy(), step.tensor(0))));
    }
  }

  private static void crossEntropy(Step step) {
    step.give(0, step.ops().crossEntropyBackward(step.tensor(0), step.tensor(1), step.dy()));
  }
}
