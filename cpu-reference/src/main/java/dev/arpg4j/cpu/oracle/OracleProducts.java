package dev.arpg4j.cpu.oracle;

/** Sums of products: linear maps and batched matrix products. */
final class OracleProducts {
  private OracleProducts() {}

  /**
   * y[r, o] = Σ_k x[r, k] · w[o, k].
   *
   * @param x [rows, inner]
   * @param w [outer, inner]
   * @return [rows, outer]
   */
  static double[] linear(double[] x, double[] w, int rows, int outer, int inner) {
    double[] y = new double[Math.multiplyExact(rows, outer)];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < outer; o++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          sum += x[r * inner + k] * w[o * inner + k];
        }
        y[r * outer + o] = sum;
      }
    }
    return y;
  }

  /** One matrix operand of a batch: element (i, j) after the optional transpose. */
  record Matrix(double[] values, int rows, int columns, boolean transposed) {
    double at(int batch, int i, int j) {
      int start = batch * rows * columns;
      return transposed ? values[start + j * rows + i] : values[start + i * columns + j];
    }
  }

  /**
   * c[b, i, j] = Σ_k a[b, i, k] · b[b, k, j].
   *
   * @param a rows and columns after its transpose
   * @param b rows and columns after its transpose
   */
  static double[] matmul(Matrix a, Matrix b, int batch) {
    double[] c = new double[Math.multiplyExact(batch, a.rows * b.columns)];
    for (int n = 0; n < batch; n++) {
      for (int i = 0; i < a.rows; i++) {
        for (int j = 0; j < b.columns; j++) {
          double sum = 0;
          for (int k = 0; k < a.columns; k++) {
            sum += a.at(n, i, k) * b.at(n, k, j);
          }
          c[(n * a.rows + i) * b.columns + j] = sum;
        }
      }
    }
    return c;
  }
}
