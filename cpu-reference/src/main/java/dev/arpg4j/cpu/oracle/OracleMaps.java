package dev.arpg4j.cpu.oracle;

/** Ops that give one number for each entry: sums, products, activations, the norms of a row. */
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

  /** y = x Φ(x). */
  static double[] gelu(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] * NormalDistribution.cdf(x[i]);
    }
    return y;
  }

  /**
   * y = x/2 (1 + tanh t) = x / (1 + e^-2t), where no digits cancel, with t = √(2/π) (x + 0.044715
   * x³).
   */
  static double[] geluTanh(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double t = Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * x[i] * x[i] * x[i]);
      y[i] = x[i] / (1 + Math.exp(-2 * t));
    }
    return y;
  }

  /**
   * y[r, i] = (x[r, i] - mean_r) / sqrt(var_r + epsilon), with var_r = Σ_j (x[r, j] - mean_r)² / D.
   *
   * @param x [.., width]
   */
  static double[] layerNorm(double[] x, int width, double epsilon) {
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += width) {
      double sum = 0;
      for (int i = row; i < row + width; i++) {
        sum += x[i];
      }
      double mean = sum / width;
      double squares = 0;
      for (int i = row; i < row + width; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
      }
      double root = Math.sqrt(squares / width + epsilon);
      for (int i = row; i < row + width; i++) {
        y[i] = (x[i] - mean) / root;
      }
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
