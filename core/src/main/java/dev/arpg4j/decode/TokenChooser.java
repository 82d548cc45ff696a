package dev.arpg4j.decode;

import dev.arpg4j.tensor.Tensor;

/** Turns the logits of a step into ids: sampling, or repeating given tokens. */
@FunctionalInterface
public interface TokenChooser {
  /** Told before the first step of each batch; what differs between batches is assigned here. */
  default void begin(DecodeBatch batch) {}

  /**
   * The ids of a step. Part of a {@link dev.arpg4j.tensor.Routine}: it says the same for every
   * batch, and reads nothing back.
   *
   * @param logits of all branches, [B, n, V]
   * @param guidance [branches - 1], the weights that guide them; [0] if there is one branch
   * @param cells I32 [I, n], the target cells
   * @return I32 [I, n]
   */
  Tensor choose(Plan.Step step, Tensor logits, Tensor guidance, Tensor cells);
}
