package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds hold for plain float loops, and are narrow enough to see a lost term. */
class GradientBoundsTest {
  private static final int COUNT = 2000;
  private static final GradientBounds FLOAT =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0).gradients();

  private static double[] draw(int stream, int count, double scale) {
    return IntStream.range(0, count)
        .mapToDouble(
            e -> (float) ((2 * Philox.uniform(9, stream, e, 0, Purpose.CASES) - 1) * scale))
        .toArray();
  }

  private static double[] map(double[] x, DoubleUnaryOperator step) {
    return Arrays.stream(x).map(step).toArray();
  }

  private static boolean within(double[] exact, double[] found, ErrorBound bound) {
    return Comparison.of(Shape.of(exact.length), exact, found, bound).passed();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1, 8, 85, 120})
  void siluHoldsForFloatSteps(double scale) {
    double[] x = draw(1, COUNT, scale);
    double[] dy = draw(2, COUNT, 2);
    double[] exact = new double[COUNT];
    double[] found = new double[COUNT];
    for (int at = 0; at < COUNT; at++) {
      double sigmoid = 1 / (1 + Math.exp(-x[at]));
      exact[at] = dy[at] * sigmoid * (1 + x[at] * (1 - sigmoid));
      float s = 1 / (1 + (float) Math.exp(-(float) x[at]));
      found[at] = (float) dy[at] * (s * (1 + (float) x[at] * (1 - s)));
    }
    ErrorBound bound = FLOAT.silu(x, dy);
    assertThat(within(exact, found, bound)).isTrue();
    assertThat(within(exact, map(exact, v -> v * (1 + 1e-3)), bound)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1, 8, 100})
  void geluByTanhHoldsForFloatSteps(double scale) {
    double[] x = draw(1, COUNT, scale);
    double[] dy = draw(2, COUNT, 2);
    double root = Math.sqrt(2 / Math.PI);
    double[] exact = new double[COUNT];
    double[] found = new double[COUNT];
    for (int at = 0; at < COUNT; at++) {
      double t = Math.tanh(root * (x[at] + 0.044715 * x[at] * x[at] * x[at]));
      double slope = root * (1 + 3 * 0.044715 * x[at] * x[at]);
      exact[at] = dy[at] * (1 + t + x[at] * (1 - t * t) * slope) / 2;
      float v = (float) x[at];
      float e = (float) Math.exp(2 * (float) root * (v + 0.044715f * v * v * v));
      float tanh = 1 - 2 / (1 + e);
      float steep = (float) root * (1 + 0.134145f * v * v);
      found[at] = (float) dy[at] * (0.5f * (1 + tanh + v * (1 - tanh * tanh) * steep));
    }
    ErrorBound bound = FLOAT.gelu(x, true, dy);
    assertThat(within(exact, found, bound)).isTrue();
    assertThat(within(exact, map(exact, v -> v * (1 + 1e-3)), bound)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, -0.5, 0.5, 1.7, 4})
  void powerHoldsForFloatSteps(double exponent) {
    double[] x = map(draw(1, COUNT, 30), Math::abs);
    double shift = 1e-5;
    double[] exact = map(x, v -> Math.pow(v + shift, exponent));
    ErrorBound bound = FLOAT.training().power(x, shift, exponent);
    double[] byLogarithm =
        map(
            x,
            v -> {
              float logarithm = (float) Math.log((float) v + (float) shift);
              return (float) Math.exp((float) exponent * logarithm);
            });
    assertThat(within(exact, byLogarithm, bound)).isTrue();
    double[] off = map(x, v -> Math.pow(v + shift, exponent * 1.0001));
    assertThat(within(exact, off, bound)).isFalse();
  }

  /** Where the sum cancels, nothing is known; where all is zero, all is. */
  @Test
  void aPowerOfWhatCancelsMayBeAnything() {
    ErrorBound bound = FLOAT.training().power(new double[] {-0.1, 0, 0.2}, 0.1, -1);
    assertThat(bound.allowed(0, Double.POSITIVE_INFINITY, 1)).isInfinite();
    assertThat(bound.allowed(1, 10, 10)).isLessThan(1e-4);
    assertThat(FLOAT.training().power(new double[1], 0, 0.5).allowed(0, 0, 0)).isLessThan(1e-20);
  }

  @Test
  void onlyAProbabilityThatRoundsMayMoveAcrossItsUniform() {
    double[] x = {2, 2, 2};
    double[] uniform = {0.5, (float) 0.1, 0.1 + 1e-6};
    assertThat(FLOAT.training().dropout(x, 0.5, uniform).allowed(0, 4, 0)).isLessThan(1e-5);
    ErrorBound tenth = FLOAT.training().dropout(x, 0.1, uniform);
    assertThat(tenth.allowed(1, 2 / 0.9, 0)).isGreaterThan(2 / 0.9);
    assertThat(tenth.allowed(2, 2 / 0.9, 0)).isLessThan(1e-5);
  }

  @Test
  void sumsHoldForRunningSumsAndSeeALostTerm() {
    int rows = 333;
    int width = 3;
    double[] x = draw(1, rows * width, 1);
    double[] exact = new double[width];
    float[] running = new float[width];
    float[] without = new float[width];
    for (int at = 0; at < x.length; at++) {
      exact[at % width] += x[at];
      running[at % width] += (float) x[at];
      without[at % width] += at < x.length - width ? (float) x[at] : 0;
    }
    Magnitude columns = Magnitude.ofColumns(x, rows, width);
    double[] found = {running[0], running[1], running[2]};
    double[] lost = {without[0], without[1], without[2]};
    int[] toOne = new int[rows];
    for (ErrorBound bound :
        List.of(
            FLOAT.sumColumns(columns, rows),
            FLOAT.scatterAdd(x, Shape.of(1, rows, width), toOne, 1),
            FLOAT.linearWeight(columns, Magnitude.ofRows(ones(rows), rows), rows))) {
      assertThat(within(exact, found, bound)).isTrue();
      assertThat(within(exact, lost, bound)).isFalse();
    }
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void whatNoRowGoesToIsExact() {
    ErrorBound bound =
        FLOAT.scatterAdd(new double[] {1, 2}, Shape.of(1, 2, 1), new int[] {2, 2}, 4);
    assertThat(bound.allowed(0, 0, 0)).isZero();
    assertThat(bound.allowed(2, 3, 3)).isPositive().isLessThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 20})
  void attentionHoldsForFloatStepsAndSeesAMissingKey(double scale) {
    int d = 10;
    int m = 13;
    double[] q = draw(1, d, scale);
    double[] k = draw(2, m * d, 1);
    for (int c = 0; c < d; c++) {
      k[(m - 1) * d + c] = (float) (q[c] / scale); // the key to miss is one that is looked at
    }
    double[] v = draw(3, m * d, 1);
    double[] dy = draw(4, d, 1);
    double factor = 1 / Math.sqrt(d);
    List<ErrorBound> bounds =
        FLOAT
            .attention()
            .of(
                new AttentionGradientBounds.Operands(
                    q, k, v, new int[] {m}, dy, new AttentionExtents(1, 1, m, 1, d), factor));
    double[][] exact = attention(q, k, v, dy, m, factor, false);
    double[][] found = attention(q, k, v, dy, m, factor, true);
    double[][] lost = attention(q, k, v, dy, m - 1, factor, true);
    for (int result = 0; result < 3; result++) {
      assertThat(within(exact[result], found[result], bounds.get(result))).isTrue();
      assertThat(within(exact[result], lost[result], bounds.get(result))).isFalse();
    }
  }

  /** The gradients of one row over its first {@code end} keys; each step in float if single. */
  private static double[][] attention(
      double[] q, double[] k, double[] v, double[] dy, int end, double factor, boolean single) {
    int d = q.length;
    double[] p = new double[end];
    double[] g = new double[end];
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < end; j++) {
      for (int c = 0; c < d; c++) {
        p[j] = rounded(p[j] + rounded(q[c] * k[j * d + c], single), single);
        g[j] = rounded(g[j] + rounded(dy[c] * v[j * d + c], single), single);
      }
      p[j] = rounded(p[j] * rounded(factor, single), single);
      largest = Math.max(largest, p[j]);
    }
    double sum = 0;
    for (int j = 0; j < end; j++) {
      p[j] = rounded(Math.exp(rounded(p[j] - largest, single)), single);
      sum = rounded(sum + p[j], single);
    }
    double mean = 0;
    for (int j = 0; j < end; j++) {
      p[j] = rounded(p[j] / sum, single);
      mean = rounded(mean + rounded(p[j] * g[j], single), single);
    }
    double[][] gradients = {new double[d], new double[k.length], new double[v.length]};
    for (int j = 0; j < end; j++) {
      double s = rounded(p[j] * rounded(g[j] - mean, single), single);
      double scaled = rounded(rounded(factor, single) * s, single);
      for (int c = 0; c < d; c++) {
        int at = j * d + c;
        gradients[0][c] = rounded(gradients[0][c] + rounded(scaled * k[at], single), single);
        gradients[1][at] = rounded(scaled * q[c], single);
        gradients[2][at] = rounded(p[j] * dy[c], single);
      }
    }
    return gradients;
  }

  private static double rounded(double value, boolean single) {
    return single ? (float) value : value;
  }

  /** 1 − β₂ in float would be off by 300 roundings of 0.001: that is not allowed. */
  @Test
  void theOptimizerTakesDifferencesBeforeItRounds() {
    AdamWStep step = new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.05, 0.1, 0.001, 1);
    double[] w = draw(1, COUNT, 1);
    double[] g = draw(2, COUNT, 1);
    double[] zero = new double[COUNT];
    ErrorBound second = FLOAT.training().adamW(w, g, zero, zero, step).get(2);
    double[] exact = map(g, v -> (1 - 0.999) * v * v);
    double[] good = map(g, v -> (float) (1 - 0.999) * ((float) v * (float) v));
    double[] bad = map(g, v -> (1 - 0.999f) * ((float) v * (float) v));
    assertThat(within(exact, good, second)).isTrue();
    assertThat(within(exact, bad, second)).isFalse();
  }

  @Test
  void columnsAreThoseOfEachMatrix() {
    Magnitude columns = Magnitude.ofColumns(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2);
    assertThat(columns.rows()).isEqualTo(4);
    assertThat(columns.sum(0)).isEqualTo(4);
    assertThat(columns.sum(1)).isEqualTo(6);
    assertThat(columns.sum(3)).isEqualTo(14);
    assertThat(Magnitude.ofColumns(new double[0], 0, 3).rows()).isEqualTo(3);
  }
}
