package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/** A block of pass 1: the rows write their keys and values, then read everything visible. */
record SelfBlock(String label, QueryAttention attention, KvProjection kv, FeedForward feedForward) {
  /** x [B, n, D] to [B, n, D]. */
  Residual forward(Ops ops, Residual x, Rope rope, Tensor visibleEnd, KvMemory memory) {
    ops.section(label);
    Residual.Read read = attention.normalize(ops, x);
    List<Tensor> qkv =
        ops.linearEach(read.norm(), List.of(attention.toQ(), kv.toK(), kv.toV())); // [B, n, D] each
    memory.write(kv.slot(), qkv.get(1), qkv.get(2), rope);
    Tensor a = attention.attend(ops, qkv.get(0), rope, visibleEnd, memory, kv.slot());
    return feedForward.add(ops, read.plus(a));
  }
}
