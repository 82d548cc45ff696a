package dev.arpg4j.cpu.oracle;

/** Ops that give one number for each entry: sums, products, SiLU, the norms of a row. */
final class OracleMaps {
  private OracleMaps() {}

  /** y[i] = a[i] + b[i mod |b|]: a suffix shape repeats over the outer axes. */
  static double[] add(double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      y[i] = a[i] + b[i % b.length];
    }
    return y;
  }

  /** y[i] = a[i] · b[i mod |b|]. */
  static double[] mul(double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      y[i] = a[i] * b[i % b.length];
    }
    return y;
  }

  /** y = factor · x. */
  static double[] scale(double[] x, double factor) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = factor * x[i];
    }
    return y;
  }

  /** y = x / (1 + e^-x). */
  static double[] silu(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / (1 + Math.exp(-x[i]));
    }
    return y;
  }

  /**
   * y[r, i] = x[r, i] / sqrt(Σ_j x[r, j]² / D + epsilon) · scale[i].
   *
   * @param x [.., D]
   * @param scale [D]
   */
  static double[] rmsNorm(double[] x, double[] scale, double epsilon) {
    int width = scale.length;
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += width) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += x[row + i] * x[row + i];
      }
      double root = Math.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        y[row + i] = x[row + i] / root * scale[i];
      }
    }
    return y;
  }

  /**
   * y[r, i] = x[r, i] / max(sqrt(Σ_j x[r, j]²), epsilon).
   *
   * @param x [.., width]
   */
  static double[] l2Normalize(double[] x, int width, double epsilon) {
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += width) {
      double squares = 0;
      for (int i = row; i < row + width; i++) {
        squares += x[i] * x[i];
      }
      double divisor = Math.max(Math.sqrt(squares), epsilon);
      for (int i = row; i < row + width; i++) {
        y[i] = x[i] / divisor;
      }
    }
    return y;
  }
}
