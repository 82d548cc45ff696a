package dev.arpg4j.cpu.vector;

/**
 * The gradients of attention by q, k and v. Every head of every batch row is one thread's work,
 * {@link HeadGradient}; so a sum over rows is one chain.
 *
 * @param q [B, n, H·d]
 * @param k [B, m, H·d]
 * @param v [B, m, H·d]
 * @param dy [B, n, H·d]
 */
record AttentionGradient(
    VectorTensor q,
    VectorTensor k,
    VectorTensor v,
    RowIndex visibleEnd,
    int heads,
    float factor,
    VectorTensor dy) {

  /** Multiply-adds of the five products that count as one addition of {@link Split}'s. */
  private static final int PER_COST = 4;

  int rows() {
    return q.shape().dim(1);
  }

  int keys() {
    return k.shape().dim(1);
  }

  /** H·d. */
  int width() {
    return q.shape().dim(2);
  }

  int headDim() {
    return width() / heads;
  }

  /** Computes all gradients. */
  void run(VectorTensor dq, VectorTensor dk, VectorTensor dv, Split split, BufferPool pool) {
    split.over(
        q.shape().dim(0) * heads,
        (long) q.size() * keys() / PER_COST,
        (from, to) -> {
          try (HeadGradient head = new HeadGradient(this, dq, dk, dv, pool)) {
            for (int item = from; item < to; item++) {
              head.compute(item / heads, item % heads);
            }
          }
        });
  }
}
