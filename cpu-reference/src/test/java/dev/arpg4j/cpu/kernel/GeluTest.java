package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class GeluTest {
  /** Whole vectors of any width. */
  private static final int LENGTH = 1 << 16;

  /** Half a unit in the last place of 1. */
  private static final double ROUNDING = 0x1p-24;

  private static float[] each(UnaryOperator<FloatVector> form, float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i += LANES) {
      form.apply(FloatVector.fromArray(FLOATS, x, i)).intoArray(y, i);
    }
    return y;
  }

  private static double[] expected(boolean tanh, float[] x) {
    double[] values = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      values[i] = x[i];
    }
    try (OracleBackend oracle = new OracleBackend();
        Scope scope = oracle.scope()) {
      return oracle.gelu(oracle.tensor(Shape.of(x.length), values), tanh).toDoubles();
    }
  }

  /** From -16 to 16. */
  private static float[] numbers() {
    float[] x = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      x[i] = 32f * i / LENGTH - 16;
    }
    return x;
  }

  /** The stated error: 12 + x² roundings of |x|Φ(−|x|), and one of the result. */
  @Test
  void theExactFormIsCloseEverywhere() {
    float[] x = numbers();
    double[] expected = expected(false, x);
    float[] found = each(Gelu::exact, x);
    for (int i = 0; i < LENGTH; i++) {
      double tail = Math.abs(expected[i] - Math.max(x[i], 0));
      double allowed =
          ROUNDING * ((12 + (double) x[i] * x[i]) * tail + Math.abs(expected[i]))
              + Float.MIN_NORMAL;
      assertThat(Math.abs(found[i] - expected[i])).as("gelu(%s)", x[i]).isLessThan(allowed);
    }
  }

  /**
   * The exponent errs by four roundings of its |2t|, which weigh at most |2t| e^-2t / (1 + e^-2t)
   * of the result, below |2t|; exponential, sum and quotient by four. Where e^-2t overflows, beyond
   * x = -10.06, the result is 0 from |x| e^-88.7 on, three of the least normal.
   */
  @Test
  void theTanhFormIsCloseEverywhere() {
    float[] x = numbers();
    double[] expected = expected(true, x);
    float[] found = each(Gelu::tanh, x);
    for (int i = 0; i < LENGTH; i++) {
      double t = Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * Math.pow(x[i], 3));
      double weight = Math.abs(2 * t) / (1 + Math.exp(2 * t));
      double allowed = ROUNDING * (4 + 4 * weight) * Math.abs(expected[i]) + 3 * Float.MIN_NORMAL;
      assertThat(Math.abs(found[i] - expected[i])).as("gelu(%s)", x[i]).isLessThan(allowed);
    }
  }

  @Test
  void theEndsOfTheRange() {
    float[] x = new float[LANES];
    x[0] = Float.POSITIVE_INFINITY;
    x[1] = Float.NaN;
    x[2] = -1e30f;
    x[3] = 1e30f;
    float[] exact = each(Gelu::exact, x);
    assertThat(exact[0]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(exact[1]).isNaN();
    assertThat(exact[2]).isZero();
    assertThat(exact[3]).isEqualTo(1e30f);
    float[] tanh = each(Gelu::tanh, x);
    assertThat(tanh[0]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(tanh[1]).isNaN();
    assertThat(Math.abs(tanh[2])).isZero();
    assertThat(tanh[3]).isEqualTo(1e30f);
  }
}
