package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleImages.Images;

/** Another height and width of images [B, h, w, C]. */
final class OracleResizing {
  /** Of the cubic convolution (Keys, "Cubic convolution interpolation", 1981). */
  private static final double A = -0.75;

  private OracleResizing() {}

  /** y[b, i, j] = x[b, ⌊i·h / height⌋, ⌊j·w / width⌋]. */
  static double[] nearest(double[] x, Images from, Images to) {
    double[] y = new double[to.size()];
    for (int b = 0; b < to.batch(); b++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          int row = first(i, from.height(), to.height());
          int column = first(j, from.width(), to.width());
          System.arraycopy(x, from.at(b, row, column, 0), y, to.at(b, i, j, 0), from.channels());
        }
      }
    }
    return y;
  }

  /** y[b, i, j] = the mean of x[b, u, v] over all (u, v) that overlap with (i, j). */
  static double[] area(double[] x, Images from, Images to) {
    double[] y = new double[to.size()];
    for (int b = 0; b < to.batch(); b++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          int top = first(i, from.height(), to.height());
          int bottom = end(i, from.height(), to.height());
          int left = first(j, from.width(), to.width());
          int right = end(j, from.width(), to.width());
          for (int c = 0; c < to.channels(); c++) {
            double sum = 0;
            for (int u = top; u < bottom; u++) {
              for (int v = left; v < right; v++) {
                sum += x[from.at(b, u, v, c)];
              }
            }
            y[to.at(b, i, j, c)] = sum / ((bottom - top) * (right - left));
          }
        }
      }
    }
    return y;
  }

  /** ⌊i·from / to⌋. */
  private static int first(int i, int from, int to) {
    return (int) ((long) i * from / to);
  }

  /** ⌈(i + 1)·from / to⌉. */
  private static int end(int i, int from, int to) {
    return (int) Math.ceilDiv((i + 1L) * from, (long) to);
  }

  /**
   * y[b, i, j] = Σ_{u, v} k(row − u) k(column − v) x[b, u, v] over the four u and four v around row
   * = (i + ½)·h / height − ½ and column likewise; outside of the image, x is as at its edge.
   */
  static double[] bicubic(double[] x, Images from, Images to) {
    double[] y = new double[to.size()];
    for (int b = 0; b < to.batch(); b++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          double row = (i + 0.5) * from.height() / to.height() - 0.5;
          double column = (j + 0.5) * from.width() / to.width() - 0.5;
          for (int c = 0; c < to.channels(); c++) {
            y[to.at(b, i, j, c)] = interpolated(x, from, b, row, column, c);
          }
        }
      }
    }
    return y;
  }

  private static double interpolated(
      double[] x, Images from, int b, double row, double column, int c) {
    int top = (int) Math.floor(row) - 1;
    int left = (int) Math.floor(column) - 1;
    double sum = 0;
    for (int u = top; u < top + 4; u++) {
      int i = Math.clamp(u, 0, from.height() - 1);
      for (int v = left; v < left + 4; v++) {
        int j = Math.clamp(v, 0, from.width() - 1);
        sum += cubic(row - u) * cubic(column - v) * x[from.at(b, i, j, c)];
      }
    }
    return sum;
  }

  /** k(t), which is 1 at 0, 0 at all other integers, and 0 from 2 on. */
  private static double cubic(double t) {
    double d = Math.abs(t);
    if (d <= 1) {
      return ((A + 2) * d - (A + 3)) * d * d + 1;
    }
    return d < 2 ? A * (((d - 5) * d + 8) * d - 4) : 0;
  }
}
