package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.interpret.Call;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a tape does about each op of the vocabulary. */
final class Rules {
  private static final Map<String, Rule> RULES = rules();

  /** Fused ops that are differentiated as their definitions in simpler ops. */
  private static final Set<String> DEFINED = Set.of("guidance", "upsampleConv2d");

  /** Results that are constants: they do not change where an operand changes a little. */
  private static final Set<String> CONSTANT =
      Set.of("uniform", "sample", "sampleGuided", "gumbel", "select", "remask");

  private Rules() {}

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    rules.putAll(ProductRules.all());
    rules.putAll(MovementRules.all());
    rules.putAll(ElementwiseRules.all());
    rules.putAll(NormRules.all());
    rules.putAll(AttentionRules.all());
    rules.putAll(ReductionRules.all());
    rules.putAll(ImageRules.all());
    return Map.copyOf(rules);
  }

  static boolean isConstant(String op) {
    return CONSTANT.contains(op);
  }

  static boolean isDefined(String op) {
    return DEFINED.contains(op);
  }

  /**
   * Refuses an op that cannot be differentiated.
   *
   * @throws IllegalArgumentException naming it
   */
  static void require(Call call) {
    if (!RULES.containsKey(call.op())) {
      throw new IllegalArgumentException(call.describe() + ": cannot be differentiated");
    }
  }

  static Rule of(String op) {
    return Objects.requireNonNull(RULES.get(op), op);
  }
}
