package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/** A block of pass 1: the rows write their keys and values, then read everything visible. */
record SelfBlock(String label, QueryAttention attention, KvProjection kv, FeedForward feedForward) {
  /** x [B, n, D] to [B, n, D]. */
  Tensor forward(Ops ops, Tensor x, Rope rope, Tensor visibleEnd, KvMemory memory) {
    ops.section(label);
    Tensor y = attention.normalize(ops, x);
    kv.write(ops, y, rope, memory);
    Tensor a = attention.attend(ops, y, rope, visibleEnd, memory, kv.slot());
    return feedForward.residual(ops, ops.add(x, a));
  }
}
