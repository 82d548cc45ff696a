package dev.arpg4j.cpu.vector;

import java.util.Arrays;

/**
 * The gradients of attention by q, k and v. Every head of every batch row is computed by one
 * thread, its rows in order; so a sum over rows is one chain.
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

  /** Computes all gradients. */
  void run(VectorTensor dq, VectorTensor dk, VectorTensor dv, Split split, BufferPool pool) {
    int n = q.shape().dim(1);
    int m = k.shape().dim(1);
    int width = q.shape().dim(2);
    int d = width / heads;
    split.over(
        q.shape().dim(0) * heads,
        (long) q.size() * m,
        (from, to) -> {
          float[] p = pool.floats(m);
          float[] s = pool.floats(m);
          for (int item = from; item < to; item++) {
            int b = item / heads;
            int column = item % heads * d;
            for (int j = 0; j < m; j++) {
              int key = (b * m + j) * width + column;
              Arrays.fill(dk.floats(), key, key + d, 0);
              Arrays.fill(dv.floats(), key, key + d, 0);
            }
            for (int i = 0; i < n; i++) {
              int at = (b * n + i) * width + column;
              int keys = b * m * width + column;
              row(at, keys, width, d, visibleEnd.at(b, i), p, s, dq, dk, dv);
            }
          }
          pool.release(p);
          pool.release(s);
        });
  }

  private void row(
      int at,
      int keys,
      int width,
      int d,
      int end,
      float[] p,
      float[] s,
      VectorTensor dq,
      VectorTensor dk,
      VectorTensor dv) {
    for (int j = 0; j < end; j++) {
      int key = keys + j * width;
      p[j] = factor * RowSums.dot(q.floats(), q.offset() + at, k.floats(), k.offset() + key, d);
      s[j] = RowSums.dot(dy.floats(), dy.offset() + at, v.floats(), v.offset() + key, d);
    }
    Rows.softmax(p, 0, p, 0, end);
    float mean = RowSums.dot(p, 0, s, 0, end);
    Arrays.fill(dq.floats(), at, at + d, 0);
    for (int j = 0; j < end; j++) {
      int key = keys + j * width;
      float slope = factor * p[j] * (s[j] - mean);
      Elementwise.accumulate(k.floats(), k.offset() + key, slope, dq.floats(), at, d);
      Elementwise.accumulate(q.floats(), q.offset() + at, slope, dk.floats(), key, d);
      Elementwise.accumulate(dy.floats(), dy.offset() + at, p[j], dv.floats(), key, d);
    }
  }
}
