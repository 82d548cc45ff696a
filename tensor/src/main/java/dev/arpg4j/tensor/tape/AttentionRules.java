package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Map;

/** The backward of positions and attention over tensors. */
final class AttentionRules {
  private AttentionRules() {}

  static Map<String, Rule> all() {
    return Map.of("rope", AttentionRules::rope, "attention", AttentionRules::attention);
  }

  /**
   * Pair (a, b) becomes (a cos − b sin, b cos + a sin), a linear map whose transpose turns by the
   * negative angle: the same op with every sine's sign changed. A row of zeros gives zeros both
   * ways.
   */
  private static void rope(Step step) {
    if (step.wants(1)) {
      throw new IllegalArgumentException("rope: its table has no gradient");
    }
    Tensor conjugate = step.ops().mul(step.tensor(1), step.ops().tensor(Shape.of(2), 1, -1));
    step.give(0, step.ops().rope(step.dy(), conjugate, step.tensor(2), step.integer(3)));
  }

  private static void attention(Step step) {
    AttentionGradients all =
        step.ops()
            .attentionBackward(
                step.tensor(0),
                step.tensor(1),
                step.tensor(2),
                step.tensor(3),
                step.integer(4),
                step.real(5),
                step.dy());
    if (step.wants(0)) {
      step.give(0, all.q());
    }
    if (step.wants(1)) {
      step.give(1, all.k());
    }
    if (step.wants(2)) {
      step.give(2, all.v());
    }
  }
}
