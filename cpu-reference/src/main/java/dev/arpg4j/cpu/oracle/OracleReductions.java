package dev.arpg4j.cpu.oracle;

/** Ops that look at whole rows: softmax, sums, means and the cross-entropy. */
final class OracleReductions {
  private OracleReductions() {}

  /**
   * y[r, i] = e^(x[r, i] - max_r) / Σ_j e^(x[r, j] - max_r).
   *
   * @param x [.., width]
   */
  static double[] softmax(double[] x, int width) {
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += width) {
      double max = max(x, row, width);
      double sum = 0;
      for (int i = row; i < row + width; i++) {
        y[i] = Math.exp(x[i] - max);
        sum += y[i];
      }
      for (int i = row; i < row + width; i++) {
        y[i] /= sum;
      }
    }
    return y;
  }

  /** y[r] = Σ_i x[r, i]. */
  static double[] sumRows(double[] x, int rows, int width) {
    double[] y = new double[rows];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        y[r] += x[r * width + i];
      }
    }
    return y;
  }

  /** Σ_i x[i] / |x|. */
  static double mean(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return sum / x.length;
  }

  /**
   * y[r] = max_r + ln Σ_i e^(x[r, i] - max_r) - x[r, targets[r]].
   *
   * @param x [rows, width]
   */
  static double[] crossEntropy(double[] x, int[] targets, int width) {
    double[] y = new double[targets.length];
    for (int r = 0; r < targets.length; r++) {
      int row = r * width;
      double max = max(x, row, width);
      double sum = 0;
      for (int i = row; i < row + width; i++) {
        sum += Math.exp(x[i] - max);
      }
      int target = OracleRows.checked("crossEntropy", "target", targets[r], 0, width);
      y[r] = max + Math.log(sum) - x[row + target];
    }
    return y;
  }

  private static double max(double[] x, int from, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }
}
