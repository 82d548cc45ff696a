package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/**
 * Turns normalised content rows into keys, rotated to their cells, and values, and adds them to one
 * layer of the memory.
 *
 * @param slot the layer of the memory it writes
 */
record KvProjection(Weight toK, Weight toV, int heads, int slot) {
  void write(Ops ops, Tensor y, Rope rope, KvMemory memory) {
    Tensor k = rope.rotate(ops, ops.linear(y, toK), heads);
    memory.write(slot, k, ops.linear(y, toV));
  }
}
