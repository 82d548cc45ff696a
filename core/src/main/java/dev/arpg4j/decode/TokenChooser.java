package dev.arpg4j.decode;

import dev.arpg4j.tensor.Tensor;

/** Turns the guided logits of a step into ids: sampling, or repeating given tokens. */
@FunctionalInterface
public interface TokenChooser {
  /**
   * The ids of a step.
   *
   * @param logits guided, [I, n, V]
   * @param cells I32 [I, n], the target cells
   * @return I32 [I, n]
   */
  Tensor choose(Plan.Step step, Tensor logits, Tensor cells);
}
