package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function of all kernels: the same bits from a scalar and from a vector of any
 * width.
 *
 * <p>With {@code n} the integer nearest to {@code x / ln 2} and {@code r = x - n ln 2}, {@code e^x
 * = 2^n e^r}, and {@code e^r = 1 + r + r^2 q(r)} for a polynomial {@code q} of degree 4, fitted to
 * the least maximal relative error over {@code |r| <= ln 2 / 2} (3.2e-9, a nineteenth of half an
 * ulp) with coefficients rounded to float one after the other. Every operation is exact or rounded
 * once by IEEE 754, hence the equality of bits; {@code 2^n} is applied in two factors, so that
 * results below the smallest normal number are rounded once. Error at most 1 ulp for all x; 0 below
 * -103.98, infinity above 88.73, NaN for NaN.
 */
public final class Exp {
  /** Beyond these the result is 0 or infinity, and {@code n} would no longer fit its arithmetic. */
  private static final float LOWEST = -104f;

  private static final float HIGHEST = 89f;

  private static final float LOG2_E = 0x1.715476p0f;

  /** 1.5 * 2^23: adding it leaves the nearest integer in the low bits of the sum. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  /** ln 2 in two parts, high and low. */
  private static final float MINUS_LN2_HIGH = -0x1.62e43p-1f;

  private static final float MINUS_LN2_LOW = 0x1.05c61p-29f;

  private static final float Q0 = 0x1.fffffcp-2f;
  private static final float Q1 = 0x1.555494p-3f;
  private static final float Q2 = 0x1.5558bep-5f;
  private static final float Q3 = 0x1.123858p-7f;
  private static final float Q4 = 0x1.6a3d16p-10f;

  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;

  private Exp() {}

  /** e to the power of {@code x}. */
  public static float exp(float x) {
    float clamped = x < LOWEST ? LOWEST : x > HIGHEST ? HIGHEST : x;
    float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
    int n = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
    float rounded = shifted - ROUNDER;
    float r = Math.fma(rounded, MINUS_LN2_HIGH, clamped);
    r = Math.fma(rounded, MINUS_LN2_LOW, r);
    float q = Math.fma(Q4, r, Q3);
    q = Math.fma(q, r, Q2);
    q = Math.fma(q, r, Q1);
    q = Math.fma(q, r, Q0);
    float p = Math.fma(q, r, 1f);
    p = Math.fma(p, r, 1f);
    int half = n >> 1;
    return p * power(half) * power(n - half);
  }

  /** e to the power of each lane of {@code x}. */
  public static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.blend(LOWEST, x.compare(VectorOperators.LT, LOWEST));
    clamped = clamped.blend(HIGHEST, clamped.compare(VectorOperators.GT, HIGHEST));
    FloatVector rounder = FloatVector.broadcast(FLOATS, ROUNDER);
    FloatVector shifted = clamped.fma(FloatVector.broadcast(FLOATS, LOG2_E), rounder);
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    FloatVector rounded = shifted.sub(rounder);
    FloatVector r = rounded.fma(FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH), clamped);
    r = rounded.fma(FloatVector.broadcast(FLOATS, MINUS_LN2_LOW), r);
    FloatVector q = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
    q = q.fma(r, FloatVector.broadcast(FLOATS, Q2));
    q = q.fma(r, FloatVector.broadcast(FLOATS, Q1));
    q = q.fma(r, FloatVector.broadcast(FLOATS, Q0));
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector p = q.fma(r, one).fma(r, one);
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    IntVector rest = n.sub(half);
    // Both powers spelled out before the products: as calls inside them, their vectors get boxed.
    IntVector halfBits = half.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
    IntVector restBits = rest.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
    FloatVector halfPower = halfBits.reinterpretAsFloats();
    FloatVector restPower = restBits.reinterpretAsFloats();
    return halfPower.mul(p).mul(restPower);
  }

  /** 2 to the power of {@code n}, for n in [-126, 127]. */
  private static float power(int n) {
    return Float.intBitsToFloat((n + EXPONENT_BIAS) << MANTISSA_BITS);
  }
}
