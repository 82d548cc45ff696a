package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import java.util.List;

/**
 * What attention reads, drawn for a case; scores are scaled by 1/√d.
 *
 * @param q [B, n, H·d]
 * @param k [B, m, H·d]
 * @param v [B, m, H·d]
 * @param ends the entries of {@code visibleEnd}
 * @param visibleEnd [n], or [I, n] where images differ
 */
public record AttentionOperands(
    Drawn q, Drawn k, Drawn v, int[] ends, Tensor visibleEnd, AttentionExtents extents) {

  double factor() {
    return 1 / Math.sqrt(extents.headDim());
  }

  /** Attention over tensors. */
  public Tensor attention(Ops ops) {
    return ops.attention(q.tensor(), k.tensor(), v.tensor(), visibleEnd, extents.heads(), factor());
  }

  /** How far {@link #attention}, over a cache too, may be off. */
  public ErrorBound bound(ErrorBounds bounds) {
    int d = extents.headDim();
    return bounds.attention(q.rows(d), k.rows(d), v.rows(d), extents, factor());
  }

  /** The gradients of {@link #attention}. */
  public AttentionGradients backward(Ops ops, Drawn dy) {
    return ops.attentionBackward(
        q.tensor(), k.tensor(), v.tensor(), visibleEnd, extents.heads(), factor(), dy.tensor());
  }

  /** How far {@link #backward} may be off, its gradients in turn. */
  public ErrorBound bound(ErrorBounds bounds, Drawn dy) {
    return ErrorBound.joined(
        List.of(q.values().length, k.values().length, v.values().length),
        bounds
            .gradients()
            .attention()
            .of(
                new AttentionGradientBounds.Operands(
                    q.values(), k.values(), v.values(), ends, dy.values(), extents, factor())));
  }
}
