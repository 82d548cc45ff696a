package dev.arpg4j.tensor;

/** The ops of {@link Ops} that give one number for each entry. */
public interface ElementwiseOps {
  /**
   * a + b. {@code b}'s shape is {@code a}'s, or a suffix of it, or [1]: it repeats over the outer
   * axes.
   *
   * @return a's shape
   */
  Tensor add(Tensor a, Tensor b);

  /**
   * a ⊙ b, with {@code b} repeated as in {@link #add}.
   *
   * @return a's shape
   */
  Tensor mul(Tensor a, Tensor b);

  /** factor · x. */
  Tensor scale(Tensor x, double factor);

  /** x · σ(x) = x / (1 + e^-x). */
  Tensor silu(Tensor x);

  /**
   * x · Φ(x), for the normal distribution function Φ (Hendrycks and Gimpel, 2016).
   *
   * @param tanh by {@code x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))} instead
   */
  Tensor gelu(Tensor x, boolean tanh);

  /**
   * Adds a bias to each row.
   *
   * @param x [.., D]
   * @param bias [D]
   * @return x's shape
   */
  Tensor addBias(Tensor x, Weight bias);

  /**
   * The gate of a SwiGLU feed-forward: {@code silu(gate) ⊙ up} (VARIANTS.md 1.5).
   *
   * @return the shape of both
   */
  default Tensor swiGlu(Tensor gate, Tensor up) {
    return mul(silu(gate), up);
  }

  /** Zeroes entries with the given probability and scales the rest, by one uniform an entry. */
  default Tensor dropout(Tensor x, double probability, Tensor uniform) {
    throw new NotInVocabularyYetException("dropout");
  }
}
