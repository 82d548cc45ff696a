package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleRows.Index;

/** Rotary positions and prefix attention. */
final class OracleAttention {
  private OracleAttention() {}

  /**
   * The extents of attention rows [batch, n, heads · headDim].
   *
   * @param n the rows of a batch entry
   */
  record Extents(int batch, int n, int heads, int headDim) {
    static Extents of(OracleTensor x, int heads) {
      int headDim = x.shape().dim(2) / heads;
      return new Extents(x.shape().dim(0), x.shape().dim(1), heads, headDim);
    }

    /** Where head {@code h} of row {@code i} of batch entry {@code b} starts. */
    int at(int b, int i, int h) {
      return ((b * n + i) * heads + h) * headDim;
    }

    int size() {
      return batch * n * heads * headDim;
    }
  }

  /**
   * (y[2p], y[2p+1]) = (a cos - b sin, b cos + a sin) with (a, b) = (x[2p], x[2p+1]) and (cos, sin)
   * = table[rows[b mod I, i], p], in every head (VARIANTS.md 1.4).
   *
   * @param table [tableRows, headDim / 2, 2]
   */
  static double[] rope(double[] x, Extents extents, double[] table, int tableRows, Index rows) {
    double[] y = new double[extents.size()];
    int d = extents.headDim;
    for (int b = 0; b < extents.batch; b++) {
      for (int i = 0; i < extents.n; i++) {
        int row = OracleRows.checked("rope", "row", rows.at(b, i), 0, tableRows);
        for (int h = 0; h < extents.heads; h++) {
          int at = extents.at(b, i, h);
          for (int even = 0; even < d; even += 2) {
            double cos = table[row * d + even];
            double sin = table[row * d + even + 1];
            double real = x[at + even];
            double imaginary = x[at + even + 1];
            y[at + even] = real * cos - imaginary * sin;
            y[at + even + 1] = imaginary * cos + real * sin;
          }
        }
      }
    }
    return y;
  }

  /** Keys and values [batch, m, heads · headDim]. */
  record Memory(double[] k, double[] v, Extents extents) {}

  /**
   * y[i] = Σ_{j < end} p[j] v[j], p = softmax_{j < end}(factor · q[i]·k[j]), end = visibleEnd[b mod
   * I, i], in every head.
   */
  static double[] attention(
      double[] q, Extents extents, Memory memory, Index visibleEnd, double factor) {
    double[] y = new double[extents.size()];
    int m = memory.extents.n;
    for (int b = 0; b < extents.batch; b++) {
      for (int i = 0; i < extents.n; i++) {
        int end = OracleRows.checked("attention", "visibleEnd", visibleEnd.at(b, i), 1, m + 1);
        for (int h = 0; h < extents.heads; h++) {
          int row = extents.at(b, i, h);
          double[] scores = new double[end];
          for (int j = 0; j < end; j++) {
            int key = memory.extents.at(b, j, h);
            double dot = 0;
            for (int c = 0; c < extents.headDim; c++) {
              dot += q[row + c] * memory.k[key + c];
            }
            scores[j] = factor * dot;
          }
          double[] p = OracleReductions.softmax(scores, end);
          for (int j = 0; j < end; j++) {
            int value = memory.extents.at(b, j, h);
            for (int c = 0; c < extents.headDim; c++) {
              y[row + c] += p[j] * memory.v[value + c];
            }
          }
        }
      }
    }
    return y;
  }
}
