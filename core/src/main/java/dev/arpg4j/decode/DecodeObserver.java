package dev.arpg4j.decode;

import dev.arpg4j.tensor.Tensor;

/**
 * Sees every step of a decode. Reading a tensor makes the host wait for it, so progress displays
 * look at the step alone.
 */
@FunctionalInterface
public interface DecodeObserver {
  /** Sees nothing. */
  DecodeObserver NONE = (step, logits, ids) -> {};

  /**
   * Called when a step has been said; its tensors live until the call returns.
   *
   * @param logits guided, [I, n, V]
   * @param ids I32 [I, n]
   */
  void step(Plan.Step step, Tensor logits, Tensor ids);
}
