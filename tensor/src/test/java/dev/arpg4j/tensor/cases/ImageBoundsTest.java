package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ImageBounds.Convolution;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds hold for float loops, minimal filtering among them, and see what is wrong. */
class ImageBoundsTest {
  private static final ImageBounds FLOAT =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0).images();
  private static final ImageBounds ROUNDING_ALONE =
      new ImageBounds(Precision.of(DType.F32).accumulation(), 0, 0, 0);

  /** The transforms of F(2, 3): input, kernel, result (Lavin and Gray, section 4.1). */
  private static final double[][] INPUT = {
    {1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}
  };

  private static final double[][] KERNEL = {
    {1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}
  };
  private static final double[][] RESULT = {{1, 1, 1, 0}, {0, 1, -1, -1}};

  private static double[] draw(int stream, int count, double scale) {
    return IntStream.range(0, count)
        .mapToDouble(
            e -> (float) ((2 * Philox.uniform(9, stream, e, 0, Purpose.CASES) - 1) * scale))
        .toArray();
  }

  private static Comparison compare(double[] exact, double[] found, ErrorBound bound) {
    return Comparison.of(Shape.of(exact.length), exact, found, bound);
  }

  /** A product of matrices in floats: sums in order, each rounded. */
  private static double[][] times(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        float sum = 0;
        for (int k = 0; k < b.length; k++) {
          sum += (float) a[i][k] * (float) b[k][j];
        }
        c[i][j] = sum;
      }
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    double[][] b = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        b[j][i] = a[i][j];
      }
    }
    return b;
  }

  /** One 4x4 tile [4, 4, C] under one kernel [C, 3, 3]: four results. */
  private record Tile(int channels, double[] x, double[] kernel) {
    static Tile drawn(int channels, double size) {
      return new Tile(channels, draw(1, 16 * channels, 1), draw(2, 9 * channels, size));
    }

    double[] exact(int left) {
      double[] y = new double[4];
      for (int at = 0; at < 4; at++) {
        for (int k = 0; k < 9 * channels - left; k++) {
          int c = k / 9;
          y[at] += x[place(at / 2 + k % 9 / 3, at % 2 + k % 3, c)] * kernel[k];
        }
      }
      return y;
    }

    int place(int i, int j, int c) {
      return (i * 4 + j) * channels + c;
    }

    double[] filtered() {
      double[][] sums = new double[4][4];
      for (int c = 0; c < channels; c++) {
        double[][] data = new double[4][4];
        double[][] weights = new double[3][3];
        for (int at = 0; at < 16; at++) {
          data[at / 4][at % 4] = x[place(at / 4, at % 4, c)];
        }
        for (int at = 0; at < 9; at++) {
          weights[at / 3][at % 3] = kernel[c * 9 + at];
        }
        double[][] d = times(times(INPUT, data), transposed(INPUT));
        double[][] g = times(times(KERNEL, weights), transposed(KERNEL));
        for (int at = 0; at < 16; at++) {
          int i = at / 4;
          int j = at % 4;
          sums[i][j] = (float) sums[i][j] + (float) d[i][j] * (float) g[i][j];
        }
      }
      double[][] y = times(times(RESULT, sums), transposed(RESULT));
      return new double[] {y[0][0], y[0][1], y[1][0], y[1][1]};
    }

    ErrorBound bound(ImageBounds bounds) {
      return bounds.conv2d(
          Magnitude.ofRows(x, channels),
          Magnitude.ofRows(kernel, kernel.length),
          Magnitude.ofRows(new double[1], 1),
          new Convolution(
              Shape.of(1, 4, 4, channels),
              Shape.of(1, channels, 3, 3),
              1,
              Padding.NONE,
              Shape.of(1, 2, 2, 1)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 32, 200})
  void conv2dHoldsForMinimalFilteringAndSeesALostTerm(int channels) {
    Tile tile = Tile.drawn(channels, 1);
    ErrorBound bound = tile.bound(FLOAT);
    Comparison filtered = compare(tile.exact(0), tile.filtered(), bound);
    assertThat(filtered.passed()).as("%s", filtered).isTrue();
    assertThat(filtered.maxError()).isPositive();
    assertThat(compare(tile.exact(0), tile.exact(1), bound).passed()).isFalse();
  }

  /** The bound's 9.36: the terms' matrix in one dimension, by the power method. */
  @Test
  void theTermsOfMinimalFilteringAreAsLargeAsTheBoundSays() {
    for (int output = 0; output < 2; output++) {
      double[][] terms = new double[4][3]; // of |d_i|·|g_u|
      for (int m = 0; m < 4; m++) {
        for (int i = 0; i < 4; i++) {
          for (int u = 0; u < 3; u++) {
            terms[i][u] += Math.abs(RESULT[output][m] * INPUT[m][i] * KERNEL[m][u]);
          }
        }
      }
      double[] vector = {1, 1, 1};
      double norm = 0;
      for (int step = 0; step < 200; step++) {
        double[] by = new double[3];
        for (double[] row : terms) {
          double product = IntStream.range(0, 3).mapToDouble(u -> row[u] * vector[u]).sum();
          Arrays.setAll(by, u -> by[u] + row[u] * product);
        }
        norm = Math.sqrt(Arrays.stream(by).map(v -> v * v).sum());
        double length = norm;
        Arrays.setAll(vector, u -> by[u] / length);
      }
      assertThat(norm).isBetween(9.358, 5 + Math.sqrt(19) + 1e-9);
    }
    assertThat(9.36 / 9).isLessThanOrEqualTo(1.04);
    assertThat(9.36 * 11).isLessThan(103);
  }

  @Test
  void aWindowCountsWhatItMeets() {
    Convolution at =
        new Convolution(
            Shape.of(2, 2, 3, 1),
            Shape.of(1, 1, 2, 2),
            2,
            new Padding(1, 0, 0, 1),
            Shape.of(2, 1, 2, 1));
    // Images 3 4 0 / 9 9 9 and 0 0 12 / 9 9 9: row -1 is zeros, so row 0 alone counts.
    double[] x = {3, 4, 0, 9, 9, 9, 0, 0, 12, 9, 9, 9};
    assertThat(at.windows(Magnitude.ofRows(x, 1), 0)).containsExactly(5, 0, 0, 12);
    double all = Math.sqrt(25 + 3 * 81);
    assertThat(at.windows(Magnitude.ofRows(x, 1), 1)[0]).isEqualTo(all);
  }

  /** Only kernels that minimal filtering computes pay for it. */
  @Test
  void otherKernelsAreHeldToTheirOwnTerms() {
    Magnitude one = Magnitude.ofRows(new double[] {1}, 1);
    Magnitude none = Magnitude.ofRows(new double[] {0}, 1);
    Shape pixel = Shape.of(1, 1, 1, 1);
    Convolution by = new Convolution(pixel, pixel, 1, Padding.NONE, pixel);
    double u = ROUNDING_ALONE.u();
    assertThat(ROUNDING_ALONE.conv2d(one, one, none, by).allowed(0, 1, 1))
        .isEqualTo(2 * u / (1 - 2 * u));
    Convolution three = new Convolution(pixel, Shape.of(1, 1, 3, 3), 1, Padding.all(1), pixel);
    assertThat(ROUNDING_ALONE.conv2d(one, one, none, three).allowed(0, 1, 1))
        .isBetween(112 * u, 113 * u);
  }

  private static double[] groupNorm(double[] x, double mean, double variance) {
    return Arrays.stream(x).map(v -> (v - mean) / Math.sqrt(variance + 1e-6)).toArray();
  }

  private static double[] floatGroupNorm(double[] x, float mean, float variance) {
    float root = (float) Math.sqrt(variance + 1e-6f);
    return Arrays.stream(x).map(v -> ((float) v - mean) / root).toArray();
  }

  private static float floatMean(double[] x) {
    float sum = 0;
    for (double value : x) {
      sum += (float) value;
    }
    return sum / x.length;
  }

  private static float floatSquares(double[] x, float from) {
    float sum = 0;
    for (double value : x) {
      float deviation = (float) value - from;
      sum += deviation * deviation;
    }
    return sum;
  }

  private static ErrorBound groupNormBound(double[] x) {
    Magnitude one = Magnitude.ofRows(new double[] {1}, 1);
    Magnitude none = Magnitude.ofRows(new double[] {0}, 1);
    return FLOAT.groupNorm(x, Shape.of(1, x.length, 1, 1), 1, one, none, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 30, 1000})
  void groupNormHoldsForTwoPassesAndForMergedMoments(double about) {
    for (int count : new int[] {2, 17, 256, 3000}) {
      double[] x = Arrays.stream(draw(3, count, 1)).map(v -> (float) (v + about)).toArray();
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / count;
      double[] exact = groupNorm(x, mean, variance);
      ErrorBound bound = groupNormBound(x);

      float passed = floatMean(x);
      Comparison twice =
          compare(exact, floatGroupNorm(x, passed, floatSquares(x, passed) / count), bound);
      assertThat(twice.passed()).as("%s about %s: %s", count, about, twice).isTrue();

      float[] merged = merged(x, 16);
      Comparison parts = compare(exact, floatGroupNorm(x, merged[0], merged[1] / count), bound);
      assertThat(parts.passed()).as("%s about %s: %s", count, about, parts).isTrue();
    }
  }

  /** Mean and squares of parts, added one by one (Chan, Golub and LeVeque, formula 1.5). */
  private static float[] merged(double[] x, int size) {
    float mean = 0;
    float squares = 0;
    for (int from = 0; from < x.length; from += size) {
      double[] part = Arrays.copyOfRange(x, from, Math.min(from + size, x.length));
      float own = floatMean(part);
      float apart = own - mean;
      float share = (float) part.length / (from + part.length);
      mean += apart * share;
      squares += floatSquares(part, own) + apart * apart * from * share;
    }
    return new float[] {mean, squares};
  }

  @Test
  void groupNormSeesAVarianceThatCancelled() {
    double[] x = Arrays.stream(draw(3, 64, 1)).map(v -> (float) (v + 1000)).toArray();
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / 64;
    float sum = floatMean(x);
    float cancelled = Math.max(floatSquares(x, 0) / 64 - sum * sum, 0);
    assertThat(
            compare(
                    groupNorm(x, mean, variance),
                    floatGroupNorm(x, sum, cancelled),
                    groupNormBound(x))
                .passed())
        .isFalse();
  }

  @Test
  void groupNormSeesOneEntryTooFew() {
    double[] x = draw(3, 300, 1);
    double mean = Arrays.stream(x).average().orElseThrow();
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    assertThat(
            compare(
                    groupNorm(x, mean, squares / 300),
                    groupNorm(x, mean, squares / 299),
                    groupNormBound(x))
                .passed())
        .isFalse();
  }
}
