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
  Residual forward(Ops ops, Residual z, Rope rope, Tensor visibleEnd, KvMemory memory) {
    ops.section(label);
    Residual.Read read = attention.normalize(ops, z);
    Tensor q = ops.linear(read.norm(), attention.toQ());
    Tensor a = attention.attend(ops, q, rope, visibleEnd, memory, slot);
    return feedForward.add(ops, read.plus(a));
  }
}
