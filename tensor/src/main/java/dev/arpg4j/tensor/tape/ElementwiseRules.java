package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** The backward of {@link dev.arpg4j.tensor.ElementwiseOps}. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  static Map<String, Rule> all() {
    Map<String, Rule> rules = new HashMap<>();
    rules.put("add", ElementwiseRules::add);
    rules.put("mul", ElementwiseRules::mul);
    rules.put("scale", step -> step.give(0, step.ops().scale(step.dy(), step.real(1))));
    rules.put("silu", step -> step.give(0, step.ops().siluBackward(step.tensor(0), step.dy())));
    rules.put("gelu", ElementwiseRules::gelu);
    rules.put("addBias", ElementwiseRules::addBias);
    rules.put("swiGlu", ElementwiseRules::swiGlu);
    rules.put("dropout", ElementwiseRules::dropout);
    rules.put("power", ElementwiseRules::power);
    return rules;
  }

  /** y = a + b: da = dy, db = dy summed over the axes that b was repeated along. */
  private static void add(Step step) {
    if (step.wants(0)) {
      step.give(0, step.dy());
    }
    if (step.wants(1)) {
      step.give(1, Moves.collapsed(step.ops(), step.dy(), step.shape(1)));
    }
  }

  /** y = a ⊙ b: da = dy ⊙ b, db = dy ⊙ a summed as for a sum. */
  private static void mul(Step step) {
    if (step.wants(0)) {
      step.give(0, step.ops().mul(step.dy(), step.tensor(1)));
    }
    if (step.wants(1)) {
      Tensor each = step.ops().mul(step.dy(), step.tensor(0));
      step.give(1, Moves.collapsed(step.ops(), each, step.shape(1)));
    }
  }

  private static void gelu(Step step) {
    step.give(0, step.ops().geluBackward(step.tensor(0), step.flag(1), step.dy()));
  }

  private static void addBias(Step step) {
    if (step.wants(0)) {
      step.give(0, step.dy());
    }
    step.give(1, step.ops().sumColumns(step.dy()));
  }

  private static void swiGlu(Step step) {
    GateGradients both = step.ops().swiGluBackward(step.tensor(0), step.tensor(1), step.dy());
    if (step.wants(0)) {
      step.give(0, both.gate());
    }
    if (step.wants(1)) {
      step.give(1, both.up());
    }
  }

  /** The same entries are dropped, and the others raised, as on the way forth. */
  private static void dropout(Step step) {
    if (step.wants(0)) {
      step.give(0, step.ops().dropout(step.dy(), step.real(1), step.tensor(2)));
    }
  }

  /** y = (x + s)ᵉ: dx = dy ⊙ e (x + s)ᵉ⁻¹. */
  private static void power(Step step) {
    double exponent = step.real(2);
    Tensor slope = step.ops().power(step.tensor(0), step.real(1), exponent - 1);
    step.give(0, step.ops().mul(step.dy(), step.ops().scale(slope, exponent)));
  }
}
