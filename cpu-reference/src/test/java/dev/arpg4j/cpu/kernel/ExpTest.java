package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;
import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExpTest {
  /** Distance of neighbouring bit patterns in the walk over all floats: 2^32 / 997 samples. */
  private static final int STRIDE = 997;

  /** Samples of one array: whole vectors of any width. */
  private static final int LENGTH = 4096;

  @Test
  void closeToTheExactValueEverywhere() {
    double worst = 0;
    float worstAt = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      if (x > -110f && x < 88.7f) {
        double exact = StrictMath.exp(x);
        double error = Math.abs(Exp.exp(x) - exact) / Math.ulp((float) exact);
        if (error > worst) {
          worst = error;
          worstAt = x;
        }
      }
    }
    // The polynomial is off by 1/19 of half an ulp; rounding its last step and the result costs 1.
    assertThat(worst).as("ulps of error at %s", worstAt).isLessThanOrEqualTo(1.0);
  }

  @Test
  void theEndsOfTheRange() {
    assertThat(Exp.exp(0f)).isEqualTo(1f);
    assertThat(Exp.exp(-0f)).isEqualTo(1f);
    assertThat(Exp.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(Exp.exp(-Float.MAX_VALUE)).isZero();
    assertThat(Exp.exp(-104f)).isZero();
    assertThat(Exp.exp(-103.9f)).isEqualTo(Float.MIN_VALUE);
    assertThat(Exp.exp(88.72283f)).isFinite();
    assertThat(Exp.exp(88.72284f)).isInfinite();
    assertThat(Exp.exp(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Exp.exp(Float.NaN)).isNaN();
  }

  @Test
  void vectorsGiveTheBitsOfScalars() {
    float[] values = new float[LENGTH];
    long bits = Integer.MIN_VALUE;
    while (bits <= Integer.MAX_VALUE) {
      long first = bits;
      for (int i = 0; i < LENGTH; i++, bits += STRIDE) {
        values[i] = Float.intBitsToFloat((int) bits);
      }
      for (int i = 0; i < LENGTH; i += LANES) {
        Exp.exp(FloatVector.fromArray(FLOATS, values, i)).intoArray(values, i);
      }
      bits = first;
      for (int i = 0; i < LENGTH; i++, bits += STRIDE) {
        float x = Float.intBitsToFloat((int) bits);
        if (Float.floatToIntBits(values[i]) != Float.floatToIntBits(Exp.exp(x))) {
          assertThat(values[i]).as("exp(%s), lane %d", x, i).isEqualTo(Exp.exp(x));
        }
      }
    }
  }
}
