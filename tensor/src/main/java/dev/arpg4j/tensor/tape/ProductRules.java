package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Map;

/** The backward of {@link dev.arpg4j.tensor.ProductOps}. */
final class ProductRules {
  private ProductRules() {}

  static Map<String, Rule> all() {
    return Map.of(
        "linear",
        ProductRules::linear,
        "linearEach",
        ProductRules::linearEach,
        "matmul",
        ProductRules::matmul);
  }

  /** y = x Wᵀ: dx = dy W, dW = dyᵀ x. */
  private static void linear(Step step) {
    linear(step, step.dy(), 1);
  }

  /** The sum of what each product gives. */
  private static void linearEach(Step step) {
    for (int weight = 1; weight < step.operands(); weight++) {
      Tensor dy = step.dy(weight - 1);
      if (dy != null) {
        linear(step, dy, weight);
      }
    }
  }

  private static void linear(Step step, Tensor dy, int operand) {
    Weight weight = step.weight(operand);
    if (step.wants(0)) {
      step.give(0, step.ops().linearBackward(dy, weight));
    }
    step.give(operand, step.ops().linearWeightBackward(step.tensor(0), dy));
  }

  /**
   * c = A B, where A is a or aᵀ and B is b or bᵀ: dA = dc Bᵀ and dB = Aᵀ dc; where an operand is
   * transposed, so is its gradient.
   */
  private static void matmul(Step step) {
    boolean transposeA = step.flag(1);
    boolean transposeB = step.flag(3);
    Tensor dc = step.dy();
    if (step.wants(0)) {
      Tensor b = step.tensor(2);
      step.give(
          0,
          transposeA
              ? step.ops().matmul(b, transposeB, dc, true)
              : step.ops().matmul(dc, false, b, !transposeB));
    }
    if (step.wants(2)) {
      Tensor a = step.tensor(0);
      step.give(
          2,
          transposeB
              ? step.ops().matmul(dc, true, a, transposeA)
              : step.ops().matmul(a, !transposeA, dc, false));
    }
  }
}
