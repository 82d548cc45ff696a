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
    return answer(ops, ask(ops, z), rope, visibleEnd, memory);
  }

  /** The half before the memory: what z [B, n, D] asks, wherever it stands. */
  Queries ask(Ops ops, Residual z) {
    ops.section(label);
    Residual.Read read = attention.normalize(ops, z);
    return new Queries(read.stream(), ops.linear(read.norm(), attention.toQ()));
  }

  /** The half from the memory on: what queries [B, n, D] become, [B, n, D]. */
  Residual answer(Ops ops, Queries queries, Rope rope, Tensor visibleEnd, KvMemory memory) {
    ops.section(label);
    Tensor a = attention.attend(ops, queries.projected(), rope, visibleEnd, memory, slot);
    return feedForward.add(ops, new Residual(queries.content(), a));
  }
}
