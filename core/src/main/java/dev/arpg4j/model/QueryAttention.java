package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** The reading half of an attention layer: norm, rotated queries, attention, output projection. */
record QueryAttention(Weight norm, Weight toQ, Weight proj, int heads, double epsilon) {
  Tensor normalize(Ops ops, Tensor x) {
    return ops.rmsNorm(x, norm, epsilon);
  }

  /** proj(attention(rope(Wq y), memory)). */
  Tensor attend(Ops ops, Tensor y, Rope rope, Tensor visibleEnd, KvMemory memory, int slot) {
    Tensor q = rope.rotate(ops, ops.linear(y, toQ), heads);
    return ops.linear(memory.read(slot, q, visibleEnd), proj);
  }
}
