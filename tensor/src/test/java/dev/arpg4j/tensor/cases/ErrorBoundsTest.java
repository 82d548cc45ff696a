package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds hold for the plainest float loops, and are narrow enough to see a lost term. */
class ErrorBoundsTest {
  private static final ErrorBounds FLOAT =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0);

  private static double[] draw(int stream, int count, double scale) {
    return IntStream.range(0, count)
        .mapToDouble(
            e -> (float) ((2 * Philox.uniform(9, stream, e, 0, Purpose.CASES) - 1) * scale))
        .toArray();
  }

  private static Comparison compare(double[] exact, double[] found, ErrorBound bound) {
    return Comparison.of(Shape.of(exact.length), exact, found, bound);
  }

  private static double dot(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(k -> x[k] * y[k]).sum();
  }

  private static float floatDot(double[] x, double[] y, int terms) {
    float sum = 0;
    for (int k = 0; k < terms; k++) {
      sum += (float) x[k] * (float) y[k];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 64, 333, 1024})
  void linearHoldsForARunningSumAndSeesALostTerm(int inner) {
    double[] x = draw(1, inner, 1);
    double[] w = draw(2, inner, 3);
    w[inner - 1] = 1;
    x[inner - 1] = 0.25; // the term to lose: small beside the whole sum
    ErrorBound bound =
        FLOAT.linear(Magnitude.ofRows(x, inner), Magnitude.ofRows(w, inner), inner, 1);
    double[] exact = {dot(x, w)};
    assertThat(compare(exact, new double[] {floatDot(x, w, inner)}, bound).passed()).isTrue();
    assertThat(compare(exact, new double[] {floatDot(x, w, inner - 1)}, bound).passed()).isFalse();
  }

  @Test
  void aLongCancellingSumNeedsItsWholeBoundsShare() {
    // Terms that all round the same way: a running sum of 1 + 2^-24 loses each small term.
    int count = 4097;
    double[] x = new double[count];
    Arrays.fill(x, 0x1p-24);
    x[0] = 1;
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    ErrorBound bound = FLOAT.sumRows(Magnitude.ofRows(x, count), count);
    double found = floatDot(x, ones, count);
    assertThat(found).isEqualTo(1); // 4096 · 2^-24 went lost, a relative error of 4096 u
    assertThat(compare(new double[] {dot(x, ones)}, new double[] {found}, bound).passed()).isTrue();
    ErrorBound shorter = FLOAT.sumRows(Magnitude.ofRows(x, count), count / 2);
    assertThat(compare(new double[] {dot(x, ones)}, new double[] {found}, shorter).passed())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1, 8, 85, 120})
  void siluHoldsForFloatSteps(double scale) {
    double[] x = draw(3, 500, scale);
    double[] exact = Arrays.stream(x).map(v -> v / (1 + Math.exp(-v))).toArray();
    double[] found =
        Arrays.stream(x).map(v -> (float) v / (1 + (float) Math.exp(-(float) v))).toArray();
    ErrorBound bound = FLOAT.silu(Magnitude.ofRows(x, x.length), x.length);
    Comparison comparison = compare(exact, found, bound);
    assertThat(comparison.passed()).as("%s", comparison).isTrue();
    double[] off = Arrays.stream(exact).map(v -> v * (1 + 1e-5)).toArray();
    assertThat(compare(exact, off, bound).passed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64, 1024})
  void rmsNormHoldsForFloatSteps(int width) {
    double[] x = draw(4, width, 5);
    double mean = dot(x, x) / width;
    float floatMean = floatDot(x, x, width) / width;
    double[] exact = Arrays.stream(x).map(v -> v / Math.sqrt(mean + 1e-5)).toArray();
    double[] found =
        Arrays.stream(x).map(v -> (float) v / (float) Math.sqrt(floatMean + 1e-5f)).toArray();
    assertThat(compare(exact, found, FLOAT.rmsNorm(width)).passed()).isTrue();
    double[] off = Arrays.stream(exact).map(v -> v * (1 + 1e-3)).toArray();
    assertThat(compare(exact, off, FLOAT.rmsNorm(width)).passed()).isFalse();
  }

  private static double[] softmax(double[] x) {
    double max = Arrays.stream(x).max().orElseThrow();
    double[] e = Arrays.stream(x).map(v -> Math.exp(v - max)).toArray();
    double sum = Arrays.stream(e).sum();
    return Arrays.stream(e).map(v -> v / sum).toArray();
  }

  private static double[] floatSoftmax(double[] x) {
    float max = (float) Arrays.stream(x).max().orElseThrow();
    double[] e = Arrays.stream(x).map(v -> (float) Math.exp((float) v - max)).toArray();
    float sum = 0;
    for (double v : e) {
      sum += (float) v;
    }
    float total = sum;
    return Arrays.stream(e).map(v -> (float) v / total).toArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 4, 100, 1e4})
  void softmaxHoldsForFloatSteps(double scale) {
    for (int width : new int[] {1, 2, 17, 1000}) {
      double[] x = draw(5, width, scale);
      ErrorBound bound = FLOAT.softmax(Magnitude.ofRows(x, width), width);
      assertThat(compare(softmax(x), floatSoftmax(x), bound).passed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 4, 100, 1e4})
  void crossEntropyHoldsForFloatSteps(double scale) {
    for (int width : new int[] {1, 2, 17, 1000}) {
      double[] x = draw(6, width, scale);
      double max = Arrays.stream(x).max().orElseThrow();
      double sum = Arrays.stream(x).map(v -> Math.exp(v - max)).sum();
      float floatSum = 0;
      for (double v : x) {
        floatSum += (float) Math.exp((float) v - (float) max);
      }
      double[] exact = {max + Math.log(sum) - x[0]};
      double[] found = {((float) max + (float) Math.log(floatSum)) - (float) x[0]};
      ErrorBound bound = FLOAT.crossEntropy(Magnitude.ofRows(x, width), width);
      assertThat(compare(exact, found, bound).passed()).isTrue();
      assertThat(compare(exact, new double[] {found[0] + 0.01 * scale}, bound).passed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 20})
  void attentionHoldsForFloatStepsAndSeesAMissingKey(double scale) {
    int d = 10;
    int m = 13;
    double[] q = draw(7, d, scale);
    double[] k = draw(8, m * d, 1);
    double[] v = draw(9, m * d, 1);
    double factor = 1 / Math.sqrt(d);
    ErrorBound bound =
        FLOAT.attention(
            Magnitude.ofRows(q, d),
            Magnitude.ofRows(k, d),
            Magnitude.ofRows(v, d),
            new AttentionExtents(1, 1, m, 1, d),
            factor);
    double[] exact = attention(q, k, v, m, factor, false);
    assertThat(compare(exact, attention(q, k, v, m, factor, true), bound).passed()).isTrue();
    assertThat(compare(exact, attention(q, k, v, m - 1, factor, true), bound).passed()).isFalse();
  }

  private static double[] attention(
      double[] q, double[] k, double[] v, int end, double factor, boolean single) {
    int d = q.length;
    double[] scores = new double[end];
    for (int j = 0; j < end; j++) {
      double[] key = Arrays.copyOfRange(k, j * d, (j + 1) * d);
      scores[j] = single ? (float) factor * floatDot(q, key, d) : factor * dot(q, key);
    }
    double[] p = single ? floatSoftmax(scores) : softmax(scores);
    double[] y = new double[d];
    for (int c = 0; c < d; c++) {
      int column = c;
      double[] values = IntStream.range(0, end).mapToDouble(j -> v[j * d + column]).toArray();
      y[c] = single ? floatDot(p, values, end) : dot(p, values);
    }
    return y;
  }

  @Test
  void float64IsBoundTighterThanFloat32AndRoundedInputsCostMore() {
    Magnitude x = Magnitude.ofRows(draw(1, 64, 1), 64);
    Precision exact = Precision.of(DType.F64);
    double twoDoubles = ErrorBounds.between(exact, exact, 0).linear(x, x, 64, 1).allowed(0, 1, 1);
    double single = FLOAT.linear(x, x, 64, 1).allowed(0, 1, 1);
    double rounded =
        ErrorBounds.between(exact, Precision.of(DType.F32), 0x1p-24)
            .linear(x, x, 64, 1)
            .allowed(0, 1, 1);
    assertThat(twoDoubles).isLessThan(1e-12);
    assertThat(single).isGreaterThan(1e6 * twoDoubles);
    assertThat(rounded).isGreaterThan(single);
    assertThat(FLOAT.copy().allowed(0, 1, 1)).isZero();
  }

  @Test
  void magnitudesAreNormsMaximaAndSumsOfRows() {
    Magnitude rows = Magnitude.ofRows(new double[] {3, -4, 0, -2, Double.NEGATIVE_INFINITY, 1}, 2);
    assertThat(rows.rows()).isEqualTo(3);
    assertThat(rows.norm(0)).isEqualTo(5);
    assertThat(rows.max(0)).isEqualTo(4);
    assertThat(rows.sum(0)).isEqualTo(7);
    assertThat(rows.max(2)).isEqualTo(1);
    assertThat(rows.largest().norm(0)).isEqualTo(5);
    Magnitude folded = rows.largestOver(1, 3, 1);
    assertThat(folded.sum(0)).isEqualTo(7);
    ArraySource source = new ArraySource("w", Shape.of(2, 2), 3, 4, 6, 8);
    assertThat(Magnitude.largestOf(source, DType.F64).norm(0)).isBetween(10.0, 10.000001);
    assertThat(Magnitude.largestOf(source, DType.BF16).norm(0)).isBetween(10.03, 10.05);
    // What gives one output: two kernels of [1, 2, 2] and a vector.
    ArraySource kernel = new ArraySource("w", Shape.of(2, 1, 2, 2), 1, 2, 3, 4, 1, 1, 7, 7);
    assertThat(Magnitude.largestOf(kernel, DType.F64).sum(0)).isBetween(16.0, 16.000001);
    ArraySource vector = new ArraySource("w", Shape.of(3), 1, -2, 4);
    assertThat(Magnitude.largestOf(vector, DType.F64).sum(0)).isBetween(7.0, 7.000001);
  }
}
