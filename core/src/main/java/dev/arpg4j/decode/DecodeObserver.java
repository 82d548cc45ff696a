package dev.arpg4j.decode;

import dev.arpg4j.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Sees every step of a decode. Reading a tensor makes the host wait for it, so progress displays
 * look at the step alone.
 */
@FunctionalInterface
public interface DecodeObserver {
  /** Sees nothing. */
  DecodeObserver NONE = (step, guided, ids) -> {};

  /**
   * Called when a step has been said; its tensors live until the call returns.
   *
   * @param guided gives the guided logits, [I, n, V]; they are computed for who asks
   * @param ids I32 [I, n]
   */
  void step(Plan.Step step, Supplier<Tensor> guided, Tensor ids);
}
