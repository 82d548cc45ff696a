package dev.arpg4j.tensor;

import java.util.List;

/** The ops of {@link Ops} that multiply matrices. */
public interface ProductOps {
  /**
   * y = x Wᵀ, without bias: {@code y[.., o] = Σ_k x[.., k] · W[o, k]}.
   *
   * @param x [.., K]
   * @param weight [O, K]
   * @return [.., O]
   */
  Tensor linear(Tensor x, Weight weight);

  /**
   * {@link #linear} of the same rows by each weight: queries, keys and values of an attention
   * layer, or gate and up of a feed-forward. Weights that were loaded together ({@link
   * Backend#weights}) may be multiplied in one go.
   *
   * @param x [.., K]
   * @param weights one or more, all [O, K]
   * @return [.., O] for each, in the weights' order
   */
  default List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    OpShapes.linearEach(x, weights);
    return weights.stream().map(weight -> linear(x, weight)).toList();
  }

  /**
   * Batched matrix product with optional transposes: {@code c[b] = op(a[b]) · op(b[b])}.
   *
   * @param a [B, p, q], or [B, q, p] if transposed
   * @param b [B, q, r], or [B, r, q] if transposed
   * @return [B, p, r]
   */
  Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB);
}
