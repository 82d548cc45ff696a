package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * x Φ(x), for the normal distribution function Φ, in two forms, and their slopes.
 *
 * <p>The exact form is {@code max(x, 0) − s Φ(−s)} with {@code s = |x|}, whose two terms do not
 * cancel. {@code Φ(−s) = e^(−s²/2) t p(t)} with {@code t = 1 / (1 + 0.35 s)}, for a polynomial
 * {@code p} of degree 8, fitted to the least maximal relative error over 0 <= s <= 14.5 (3.4e-8,
 * half a rounding) with coefficients rounded to float one after the other. So the term is off by
 * {@code 12 + s²} roundings of its at most 0.17: the ten of the polynomial and the products, the
 * exponential's one, and what rounding s² moves it.
 */
public final class Gelu {
  /** From here on e^(−s²/2) is 0 in float32. */
  private static final float FURTHEST = 14.5f;

  private static final float P = 0.35f;

  private static final float P0 = 0x1.1df1c6p-3f;
  private static final float P1 = 0x1.1e70c8p-3f;
  private static final float P2 = 0x1.eac96ap-4f;
  private static final float P3 = 0x1.b05926p-4f;
  private static final float P4 = -0x1.7c5d1cp-6f;
  private static final float P5 = 0x1.464cp-3f;
  private static final float P6 = -0x1.05fbdap-2f;
  private static final float P7 = 0x1.26fae2p-3f;
  private static final float P8 = -0x1.ddbb16p-6f;

  /** −2√(2/π), and 0.044715 of it: the exponent of the tanh form is x (c₁ + c₃ x²). */
  private static final float C1 = (float) (-2 * Math.sqrt(2 / Math.PI));

  private static final float C3 = (float) (-2 * Math.sqrt(2 / Math.PI) * 0.044715);

  /** −2√(2/π) · 3 · 0.044715: what the slope of the exponent is made of. */
  private static final float C3_SLOPE = (float) (-2 * Math.sqrt(2 / Math.PI) * 3 * 0.044715);

  /** From here on the tanh form is 0 or x, in float32. */
  private static final float SATURATED = 16f;

  private static final float INVERSE_ROOT = (float) (1 / Math.sqrt(2 * Math.PI));

  private Gelu() {}

  /** x Φ(x). */
  public static FloatVector exact(FloatVector x) {
    FloatVector s = x.abs().min(FURTHEST);
    FloatVector tail = tailOverDensity(s).mul(Exp.exp(s.mul(s).mul(-0.5f)));
    return x.max(0f).sub(tail.mul(s));
  }

  /** Φ(−s) e^(s²/2) for s >= 0. */
  private static FloatVector tailOverDensity(FloatVector s) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector t = one.div(s.fma(FloatVector.broadcast(FLOATS, P), one));
    FloatVector p = t.fma(FloatVector.broadcast(FLOATS, P8), FloatVector.broadcast(FLOATS, P7));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P6));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P5));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P4));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P3));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P2));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P1));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P0));
    return p.mul(t);
  }

  /** Φ(x) + x φ(x), the slope of {@link #exact}. */
  public static FloatVector exactSlope(FloatVector x) {
    FloatVector bounded = x.max(-FURTHEST).min(FURTHEST);
    FloatVector s = bounded.abs();
    FloatVector density = Exp.exp(s.mul(s).mul(-0.5f));
    FloatVector tail = tailOverDensity(s).mul(density);
    VectorMask<Float> below = x.compare(VectorOperators.LT, 0f);
    FloatVector above = FloatVector.broadcast(FLOATS, 1f).sub(tail);
    return bounded.mul(INVERSE_ROOT).fma(density, above.blend(tail, below));
  }

  /** x/2 (1 + tanh t) = x / (1 + e^-2t) with t = √(2/π) (x + 0.044715 x³). */
  public static FloatVector tanh(FloatVector x) {
    FloatVector slope =
        x.mul(x).fma(FloatVector.broadcast(FLOATS, C3), FloatVector.broadcast(FLOATS, C1));
    return x.div(Exp.exp(x.mul(slope)).add(1f));
  }

  /**
   * σ(2t) + 2 x t' σ(2t) σ(−2t), the slope of {@link #tanh}. Both σ come from {@code e^-|2t|}, as
   * in {@link Silu#slope}.
   */
  public static FloatVector tanhSlope(FloatVector x) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector c1 = FloatVector.broadcast(FLOATS, C1);
    FloatVector bounded = x.max(-SATURATED).min(SATURATED);
    FloatVector square = bounded.mul(bounded);
    FloatVector exponent = bounded.mul(square.fma(FloatVector.broadcast(FLOATS, C3), c1)); // -2t
    FloatVector steep = bounded.mul(square.fma(FloatVector.broadcast(FLOATS, C3_SLOPE), c1));
    FloatVector e = Exp.exp(exponent.abs().neg());
    FloatVector larger = one.div(e.add(one));
    FloatVector smaller = e.mul(larger);
    FloatVector sigmoid = larger.blend(smaller, x.compare(VectorOperators.LT, 0f));
    return sigmoid.sub(steep.mul(larger.mul(smaller)));
  }
}
