package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;

/**
 * Turns normalised content rows into keys, which the memory rotates to their cells, and values, for
 * one layer of the memory.
 *
 * @param slot the layer of the memory it writes
 */
record KvProjection(Weight toK, Weight toV, int slot) {
  void write(Ops ops, Tensor y, Rope rope, KvMemory memory) {
    List<Tensor> kv = ops.linearEach(y, List.of(toK, toV)); // [B, n, D] each
    memory.write(slot, kv.get(0), kv.get(1), rope);
  }
}
