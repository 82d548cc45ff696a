package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds hold for plain float loops, and for inputs that were rounded; no wider. */
class LayerBoundsTest {
  private static final int COUNT = 2000;
  private static final ErrorBounds FLOAT =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0);
  private static final ErrorBounds HALF =
      ErrorBounds.between(
          Precision.of(DType.F64), Precision.of(DType.BF16), Precision.storing(DType.BF16));

  private static double[] draw(int stream, double scale) {
    return IntStream.range(0, COUNT)
        .mapToDouble(
            e -> (float) ((2 * Philox.uniform(9, stream, e, 0, Purpose.CASES) - 1) * scale))
        .toArray();
  }

  private static double half(double value) {
    return Bf16.widen(Bf16.narrow((float) value));
  }

  private static Magnitude row(double[] x) {
    return Magnitude.ofRows(x, x.length);
  }

  private static Comparison compare(double[] exact, double[] found, ErrorBound bound) {
    return Comparison.of(Shape.of(exact.length), exact, found, bound);
  }

  private static void holds(double[] exact, double[] found, ErrorBound bound) {
    Comparison comparison = compare(exact, found, bound);
    assertThat(comparison.passed()).as("%s", comparison).isTrue();
  }

  /** Φ by its series about 0, which is good for |x| up to 5. */
  private static double phi(double x) {
    double sum = 0;
    double term = x;
    for (int odd = 3; odd < 200; odd += 2) {
      sum += term;
      term *= x * x / odd;
    }
    return 0.5 + Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum;
  }

  private static double tanhForm(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1, 5})
  void geluHoldsForFloatSteps(double scale) {
    double[] x = draw(1, scale);
    double[] exact = map(x, v -> v * phi(v));
    ErrorBound bound = FLOAT.layers().gelu(row(x), COUNT, false);
    double[] found = map(x, v -> 0.5f * (float) v * (1 + (float) (2 * phi(v) - 1)));
    holds(exact, found, bound);
    holds(exact, map(x, v -> half(v) * phi(half(v))), HALF.layers().gelu(row(x), COUNT, false));
    double[] off = map(x, v -> v * phi(v) + 2e-5 * v);
    assertThat(compare(exact, off, bound).passed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1, 5, 100})
  void geluByTanhHoldsForFloatSteps(double scale) {
    double[] x = draw(1, scale);
    double[] exact = map(x, LayerBoundsTest::tanhForm);
    double[] found =
        map(
            x,
            v -> {
              float f = (float) v;
              float t = (float) Math.sqrt(2 / Math.PI) * (f + 0.044715f * f * f * f);
              float e = (float) Math.exp(2 * t);
              return 0.5f * f * (1 + (1 - 2 / (1 + e)));
            });
    ErrorBound bound = FLOAT.layers().gelu(row(x), COUNT, true);
    holds(exact, found, bound);
    double[] rounded = map(x, v -> tanhForm(half(v)));
    holds(exact, rounded, HALF.layers().gelu(row(x), COUNT, true));
    double[] off = map(x, v -> tanhForm(v) + 2e-5 * v);
    assertThat(compare(exact, off, bound).passed()).isFalse();
  }

  @Test
  void modulateHoldsInEitherOrderAndWithEveryResultRounded() {
    double[] x = draw(1, 3);
    double[] scale = draw(2, 1);
    double[] shift = draw(3, 2);
    double[] exact = new double[COUNT];
    double[] product = new double[COUNT];
    double[] sum = new double[COUNT];
    double[] halves = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      exact[i] = x[i] * (1 + scale[i]) + shift[i];
      product[i] = (float) x[i] * (1 + (float) scale[i]) + (float) shift[i];
      sum[i] = (float) x[i] + (float) x[i] * (float) scale[i] + (float) shift[i];
      double scaled = half(half(x[i]) * half(scale[i]));
      halves[i] = half(half(half(x[i]) + scaled) + half(shift[i]));
    }
    ErrorBound bound = FLOAT.layers().modulate(row(x), row(scale), row(shift), COUNT);
    holds(exact, product, bound);
    holds(exact, sum, bound);
    holds(exact, halves, HALF.layers().modulate(row(x), row(scale), row(shift), COUNT));
    assertThat(compare(exact, halves, bound).passed()).isFalse();
  }

  @Test
  void addGatedHoldsWithEveryResultRounded() {
    double[] x = draw(1, 3);
    double[] branch = draw(2, 1);
    double[] gate = draw(3, 2);
    double[] exact = new double[COUNT];
    double[] found = new double[COUNT];
    double[] halves = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      exact[i] = x[i] + gate[i] * branch[i];
      found[i] = (float) x[i] + (float) gate[i] * (float) branch[i];
      halves[i] = half(half(x[i]) + half(half(gate[i]) * half(branch[i])));
    }
    ErrorBound bound = FLOAT.layers().addGated(row(x), row(branch), row(gate), COUNT);
    holds(exact, found, bound);
    holds(exact, halves, HALF.layers().addGated(row(x), row(branch), row(gate), COUNT));
    assertThat(compare(exact, halves, bound).passed()).isFalse();
  }

  /** A row of x is judged by its sequence's row of the scale. */
  @Test
  void aSequencesScaleServesItsRows() {
    Magnitude x = Magnitude.ofRows(new double[] {1, 1, 1, 1}, 1);
    Magnitude scale = Magnitude.ofRows(new double[] {0, 1000}, 1);
    Magnitude zero = Magnitude.ofRows(new double[] {0, 0}, 1);
    ErrorBound modulated = FLOAT.layers().modulate(x, scale, zero, 1);
    ErrorBound gated = FLOAT.layers().addGated(x, x, scale, 1);
    for (ErrorBound bound : new ErrorBound[] {modulated, gated}) {
      assertThat(bound.allowed(1, 0, 0)).isEqualTo(bound.allowed(0, 0, 0)).isLessThan(1e-6);
      assertThat(bound.allowed(2, 0, 0)).isEqualTo(bound.allowed(3, 0, 0)).isGreaterThan(1e-4);
    }
  }

  private static double[] map(double[] x, DoubleUnaryOperator step) {
    return Arrays.stream(x).map(step).toArray();
  }
}
