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

  /**
   * Inverted dropout (Srivastava et al., JMLR 2014): {@code x / (1 − probability)} where the
   * entry's uniform is {@code probability} or more, else 0.
   *
   * @param probability 0 or more and below 1
   * @param uniform x's shape, in [0, 1)
   * @return x's shape
   */
  Tensor dropout(Tensor x, double probability, Tensor uniform);

  /** {@code (x + shift)} to the power of {@code exponent}; NaN below 0 if that is no integer. */
  Tensor power(Tensor x, double shift, double exponent);

  /**
   * The gradient of {@link #silu}: {@code dy · σ(x) (1 + x (1 − σ(x)))}.
   *
   * @param dy x's shape
   */
  Tensor siluBackward(Tensor x, Tensor dy);

  /**
   * The gradient of {@link #gelu}: {@code dy · (Φ(x) + x φ(x))}, or that of its tanh form.
   *
   * @param dy x's shape
   */
  Tensor geluBackward(Tensor x, boolean tanh, Tensor dy);

  /**
   * A place where training may drop entries ({@link #dropout}; VARIANTS.md 1.6, 6): after an
   * embedding, an attention projection, a feed-forward. It is x itself, unless a listener that
   * trains says otherwise.
   */
  default Tensor regularized(Tensor x) {
    return x;
  }
}
