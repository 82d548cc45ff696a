package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds of resizing hold where places and weights too are computed in float. */
class ResizeBoundsTest {
  private static final ImageBounds FLOAT =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0).images();

  private static double[] draw(int count) {
    return IntStream.range(0, count)
        .mapToDouble(e -> 2 * Philox.uniform(9, 1, e, 0, Purpose.CASES) - 1)
        .toArray();
  }

  private static Magnitude row(double[] x) {
    return Magnitude.ofRows(x, x.length);
  }

  private static double cubic(double d, double a) {
    return d <= 1
        ? (a + 2) * d * d * d - (a + 3) * d * d + 1
        : a * (d * d * d - 5 * d * d + 8 * d - 4);
  }

  private static float floatCubic(float d) {
    float a = -0.75f;
    return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  }

  private static double bicubic(double[] x, int i, int to, double a) {
    double at = (i + 0.5) * x.length / to - 0.5;
    int first = (int) Math.floor(at) - 1;
    double sum = 0;
    for (int u = first; u < first + 4; u++) {
      sum += cubic(Math.abs(at - u), a) * x[Math.clamp(u, 0, x.length - 1)];
    }
    return sum;
  }

  private static double floatBicubic(double[] x, int i, int to) {
    float at = (i + 0.5f) * ((float) x.length / to) - 0.5f;
    int first = (int) Math.floor(at) - 1;
    float sum = 0;
    for (int u = first; u < first + 4; u++) {
      sum += floatCubic(Math.abs(at - u)) * (float) x[Math.clamp(u, 0, x.length - 1)];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "3, 16", "16, 16", "10, 16", "500, 77", "77, 500"})
  void bicubicHoldsForFloatPlacesAndSeesAnotherCubic(int from, int to) {
    double[] x = draw(from);
    double[] exact = IntStream.range(0, to).mapToDouble(i -> bicubic(x, i, to, -0.75)).toArray();
    double[] found = IntStream.range(0, to).mapToDouble(i -> floatBicubic(x, i, to)).toArray();
    double[] other = IntStream.range(0, to).mapToDouble(i -> bicubic(x, i, to, -0.5)).toArray();
    Shape shape = Shape.of(to);
    ErrorBound bound = FLOAT.bicubic(row(x), Shape.of(1, 1, from, 1));
    assertThat(Comparison.of(shape, exact, found, bound).passed()).isTrue();
    // A single pixel, and pixels that keep their places, look the same by any cubic.
    boolean same = from == 1 || from == to;
    assertThat(Comparison.of(shape, exact, other, bound).passed()).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "3, 16", "10, 4", "500, 77", "77, 500"})
  void areaHoldsForRoundedShares(int from, int to) {
    double[] x = draw(from);
    double[] exact = new double[to];
    double[] found = new double[to];
    double[] less = new double[to];
    for (int i = 0; i < to; i++) {
      int first = i * from / to;
      int end = Math.ceilDiv((i + 1) * from, to);
      float share = 1f / (end - first);
      float sum = 0;
      for (int u = first; u < end; u++) {
        exact[i] += x[u] / (end - first);
        sum += share * (float) x[u];
      }
      found[i] = sum;
      less[i] = sum - share * x[end - 1];
    }
    Shape shape = Shape.of(to);
    ErrorBound bound = FLOAT.area(row(x), Shape.of(1, 1, from, 1), Shape.of(1, 1, to, 1));
    assertThat(Comparison.of(shape, exact, found, bound).passed()).isTrue();
    assertThat(Comparison.of(shape, exact, less, bound).passed()).isFalse();
  }
}
