package dev.arpg4j.model;

import dev.arpg4j.model.Modulation.Part;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/**
 * A transformer block steered by a condition: it shifts and scales what the branches read, and
 * gates what they add (Peebles and Xie, 2023, adaLN; VARIANTS.md 4.4, 4.5).
 */
record AdaLnBlock(
    Modulation modulation,
    LayerNorm attentionNorm,
    AdaLnAttention attention,
    LayerNorm mlpNorm,
    GeluMlp mlp) {

  /** x [B, n, D] to [B, n, D]. */
  Tensor forward(Ops ops, Tensor x, AdaLnReads in) {
    ops.section("layer " + attention.layer());
    Modulation.Parts parts = modulation.of(ops, in.condition());
    Tensor toAttend = parts.modulate(ops, attentionNorm.forward(ops, x), Part.SCALE, Part.SHIFT);
    Tensor attended = ops.regularized(attention.forward(ops, toAttend, in));
    Tensor y = parts.addGated(ops, x, attended, Part.GATE);
    Tensor toMap = parts.modulate(ops, mlpNorm.forward(ops, y), Part.MLP_SCALE, Part.MLP_SHIFT);
    Tensor mapped = ops.regularized(mlp.forward(ops, toMap));
    return parts.addGated(ops, y, mapped, Part.MLP_GATE);
  }
}
