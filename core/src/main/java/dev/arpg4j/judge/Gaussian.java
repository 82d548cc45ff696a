package dev.arpg4j.judge;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;

/** The normal distribution with the mean and the covariance of a set of feature rows. */
public final class Gaussian {
  private final double[] mean;
  private final RealMatrix covariance;

  private Gaussian(double[] mean, RealMatrix covariance) {
    this.mean = mean;
    this.covariance = covariance;
  }

  /**
   * Fits one to rows: their mean, and their covariance with n − 1 in the denominator, as published
   * distances have it.
   *
   * @param rows [n][D], n of 2 or more
   */
  public static Gaussian fitted(double[][] rows) {
    int[] once = new int[rows.length];
    Arrays.fill(once, 1);
    return fitted(rows, once);
  }

  /**
   * The same where row r is there {@code times[r]} times: what resampling asks for.
   *
   * @param times [n], 0 or more, their sum 2 or more
   */
  static Gaussian fitted(double[][] rows, int[] times) {
    int count = Arrays.stream(times).sum();
    if (rows.length != times.length || count < 2) {
      throw new IllegalArgumentException(
          "%d rows, taken %d times in all: expected 2 or more".formatted(rows.length, count));
    }
    int width = rows[0].length;
    double[] mean = new double[width];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < width; i++) {
        mean[i] += times[r] * rows[r][i] / count;
      }
    }
    return new Gaussian(mean, covariance(rows, times, count, mean));
  }

  /** In two passes: the difference of large sums would lose what is small beside the mean. */
  private static RealMatrix covariance(double[][] rows, int[] times, int count, double[] mean) {
    int width = mean.length;
    double[][] sum = new double[width][width];
    double[] centred = new double[width];
    for (int r = 0; r < rows.length; r++) {
      if (times[r] == 0) {
        continue;
      }
      for (int i = 0; i < width; i++) {
        centred[i] = rows[r][i] - mean[i];
      }
      for (int i = 0; i < width; i++) {
        double factor = times[r] * centred[i] / (count - 1);
        for (int j = 0; j <= i; j++) {
          sum[i][j] += factor * centred[j];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < i; j++) {
        sum[j][i] = sum[i][j];
      }
    }
    return new Array2DRowRealMatrix(sum, false);
  }

  /** A distribution by its moments. */
  static Gaussian of(double[] mean, double[][] covariance) {
    return new Gaussian(mean.clone(), new Array2DRowRealMatrix(covariance));
  }

  /** μ. */
  double[] mean() {
    return mean.clone();
  }

  /** Σ. */
  RealMatrix covariance() {
    return covariance.copy();
  }
}
