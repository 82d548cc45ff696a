package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleAttention.Extents;
import dev.arpg4j.cpu.oracle.OracleAttention.Memory;
import dev.arpg4j.cpu.oracle.OracleRows.Index;

/** What training says beside the forward ops: dropout, powers, gradients. */
final class OracleGradients {
  private OracleGradients() {}

  /** y = x / (1 - probability) where uniform is at least that, else 0. */
  static double[] dropout(double[] x, double probability, double[] uniform) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = uniform[i] < probability ? 0 : x[i] / (1 - probability);
    }
    return y;
  }

  /** y = (x + shift)^exponent. */
  static double[] power(double[] x, double shift, double exponent) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = Math.pow(x[i] + shift, exponent);
    }
    return y;
  }

  /** dx = dy σ(x) (1 + x (1 - σ(x))). */
  static double[] silu(double[] x, double[] dy) {
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double sigmoid = 1 / (1 + Math.exp(-x[i]));
      dx[i] = dy[i] * sigmoid * (1 + x[i] * (1 - sigmoid));
    }
    return dx;
  }

  /** dx = dy (Φ(x) + x φ(x)). */
  static double[] gelu(double[] x, double[] dy) {
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double density = Math.exp(-x[i] * x[i] / 2) / Math.sqrt(2 * Math.PI);
      dx[i] = dy[i] * (NormalDistribution.cdf(x[i]) + x[i] * density);
    }
    return dx;
  }

  /** With t = tanh(u), u = √(2/π) (x + 0.044715 x³): dx = dy (1 + t + x (1 - t²) u') / 2. */
  static double[] geluTanh(double[] x, double[] dy) {
    double[] dx = new double[x.length];
    double root = Math.sqrt(2 / Math.PI);
    for (int i = 0; i < x.length; i++) {
      double t = Math.tanh(root * (x[i] + 0.044715 * x[i] * x[i] * x[i]));
      double slope = root * (1 + 3 * 0.044715 * x[i] * x[i]);
      dx[i] = dy[i] * (1 + t + x[i] * (1 - t * t) * slope) / 2;
    }
    return dx;
  }

  /** y[c] = Σ_r x[r, c]. */
  static double[] sumColumns(double[] x, int width) {
    double[] y = new double[width];
    for (int i = 0; i < x.length; i++) {
      y[i % width] += x[i];
    }
    return y;
  }

  /**
   * y[b, index[b mod I, i], :] += x[b, i, :] from zero.
   *
   * @param n the rows of a batch entry of x
   * @param rows those of y
   */
  static double[] scatterAdd(double[] x, Index index, int batch, int n, int rows, int width) {
    double[] y = new double[batch * rows * width];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < n; i++) {
        int to = OracleRows.checked("scatterAdd", "index", index.at(b, i), 0, rows);
        for (int c = 0; c < width; c++) {
          y[(b * rows + to) * width + c] += x[(b * n + i) * width + c];
        }
      }
    }
    return y;
  }

  /** With y the norm and r = 1/sqrt(var + epsilon): dx = r (dy - mean(dy) - y mean(dy y)). */
  static double[] layerNorm(double[] x, int width, double epsilon, double[] dy) {
    double[] dx = new double[x.length];
    for (int row = 0; row < x.length; row += width) {
      double mean = 0;
      for (int i = row; i < row + width; i++) {
        mean += x[i] / width;
      }
      double variance = 0;
      double slope = 0;
      double along = 0;
      for (int i = row; i < row + width; i++) {
        variance += (x[i] - mean) * (x[i] - mean) / width;
        slope += dy[i] / width;
        along += dy[i] * (x[i] - mean) / width;
      }
      double r = 1 / Math.sqrt(variance + epsilon);
      for (int i = row; i < row + width; i++) {
        dx[i] = r * (dy[i] - slope - r * r * (x[i] - mean) * along);
      }
    }
    return dx;
  }

  /** The gradients by q, k and v. */
  record Attention(double[] dq, double[] dk, double[] dv) {}

  /**
   * With p = softmax_{j < end}(factor · q[i]·k[j]) and g[j] = dy[i]·v[j], of every row i: dv[j] +=
   * p[j] dy[i]; s[j] = p[j] (g[j] - Σ p g); dq[i] += factor s[j] k[j]; dk[j] += factor s[j] q[i].
   */
  static Attention attention(
      double[] q, Extents rows, Memory memory, Index visibleEnd, double factor, double[] dy) {
    Extents keys = memory.extents();
    Attention gradients =
        new Attention(new double[rows.size()], new double[keys.size()], new double[keys.size()]);
    for (int b = 0; b < rows.batch(); b++) {
      for (int i = 0; i < rows.n(); i++) {
        int end =
            OracleRows.checked(
                "attentionBackward", "visibleEnd", visibleEnd.at(b, i), 1, keys.n() + 1);
        for (int h = 0; h < rows.heads(); h++) {
          row(q, rows.at(b, i, h), memory, b, h, end, factor, dy, gradients);
        }
      }
    }
    return gradients;
  }

  private static void row(
      double[] q,
      int at,
      Memory memory,
      int b,
      int h,
      int end,
      double factor,
      double[] dy,
      Attention gradients) {
    Extents keys = memory.extents();
    int d = keys.headDim();
    double[] scores = new double[end];
    double[] g = new double[end];
    for (int j = 0; j < end; j++) {
      int key = keys.at(b, j, h);
      for (int c = 0; c < d; c++) {
        scores[j] += factor * q[at + c] * memory.k()[key + c];
        g[j] += dy[at + c] * memory.v()[key + c];
      }
    }
    double[] p = OracleReductions.softmax(scores, end);
    double mean = 0;
    for (int j = 0; j < end; j++) {
      mean += p[j] * g[j];
    }
    for (int j = 0; j < end; j++) {
      int key = keys.at(b, j, h);
      double s = factor * p[j] * (g[j] - mean);
      for (int c = 0; c < d; c++) {
        gradients.dq()[at + c] += s * memory.k()[key + c];
        gradients.dk()[key + c] += s * q[at + c];
        gradients.dv()[key + c] += p[j] * dy[at + c];
      }
    }
  }
}
