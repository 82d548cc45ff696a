package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** The reading half of an attention layer: norm, rotated queries, attention, output projection. */
record QueryAttention(Weight norm, Weight toQ, Weight proj, double epsilon) {
  Residual.Read normalize(Ops ops, Residual x) {
    return x.read(ops, norm, epsilon);
  }

  /** proj(attention(rope(q), memory)), for q = Wq y. */
  Tensor attend(Ops ops, Tensor q, Rope rope, Tensor visibleEnd, KvMemory memory, int slot) {
    return ops.regularized(ops.linear(memory.read(slot, q, rope, visibleEnd), proj));
  }
}
