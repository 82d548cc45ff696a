package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/**
 * A block of pass 2: queries read the content keys and values and write nothing, so targets cannot
 * see each other.
 *
 * @param slot the layer of the memory it reads
 */
record CrossBlock(String label, QueryAttention attention, int slot, FeedForward feedForward) {
  /** z [B, n, D] to [B, n, D]. */
  Tensor forward(Ops ops, Tensor z, Rope rope, Tensor visibleEnd, KvMemory memory) {
    ops.section(label);
    Tensor y = attention.normalize(ops, z);
    Tensor a = attention.attend(ops, y, rope, visibleEnd, memory, slot);
    return feedForward.residual(ops, ops.add(z, a));
  }
}
