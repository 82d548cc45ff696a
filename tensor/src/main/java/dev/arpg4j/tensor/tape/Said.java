package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import java.util.List;

/**
 * A call that a tape passed on.
 *
 * @param section what the caller had given to {@link dev.arpg4j.tensor.Ops#section}
 * @param results the backend's
 * @param differentiable whether the results depend on a weight
 * @param versions of the weights among the operands when it was said, in their order
 */
record Said(
    Call call, String section, List<Tensor> results, boolean differentiable, List<Long> versions)
    implements Entry {
  Said(Call call, String section, List<Tensor> results, boolean differentiable) {
    this(
        call,
        section,
        results,
        differentiable,
        weights(call).stream().map(Weight::version).toList());
  }

  /**
   * Refuses to go on from a call that would be another now.
   *
   * @throws IllegalStateException if a weight was assigned since
   */
  void requireSameWeights() {
    List<Weight> weights = weights(call);
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i).version() != versions.get(i)) {
        throw new IllegalStateException(
            "gradients: %s was assigned after %s read it"
                .formatted(weights.get(i).name(), call.describe()));
      }
    }
  }

  private static List<Weight> weights(Call call) {
    return call.operands().stream()
        .filter(Weight.class::isInstance)
        .map(Weight.class::cast)
        .toList();
  }
}
