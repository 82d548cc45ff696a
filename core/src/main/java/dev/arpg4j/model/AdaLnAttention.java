package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/**
 * Self-attention whose queries and keys are normalized in each head, without rotation.
 *
 * @param qkv the maps to queries, keys and values
 */
record AdaLnAttention(
    int layer, int heads, List<Linear> qkv, HeadNorm queryNorm, HeadNorm keyNorm, Linear output) {
  /** x [B, n, D] to [B, n, D]; writes the rows' keys and values first. */
  Tensor forward(Ops ops, Tensor x, AdaLnReads in) {
    List<Tensor> each = Linear.each(ops, x, qkv); // [B, n, D] each
    Tensor q = queryNorm.forward(ops, each.get(0), heads, in);
    Tensor k = keyNorm.forward(ops, each.get(1), heads, in);
    in.memory().write(layer, k, each.get(2), null);
    return output.forward(ops, in.memory().read(layer, q, null, in.visibleEnd()));
  }
}
