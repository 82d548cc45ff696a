package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * x Φ(x), for the normal distribution function Φ, in two forms.
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

  private Gelu() {}

  /** x Φ(x). */
  public static FloatVector exact(FloatVector x) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector s = x.abs().min(FURTHEST);
    FloatVector t = one.div(s.fma(FloatVector.broadcast(FLOATS, P), one));
    FloatVector p = t.fma(FloatVector.broadcast(FLOATS, P8), FloatVector.broadcast(FLOATS, P7));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P6));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P5));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P4));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P3));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P2));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P1));
    p = p.fma(t, FloatVector.broadcast(FLOATS, P0));
    FloatVector density = Exp.exp(s.mul(s).mul(-0.5f));
    FloatVector tail = p.mul(t).mul(density);
    return x.max(0f).sub(tail.mul(s));
  }

  /** x/2 (1 + tanh t) = x / (1 + e^-2t) with t = √(2/π) (x + 0.044715 x³). */
  public static FloatVector tanh(FloatVector x) {
    FloatVector slope =
        x.mul(x).fma(FloatVector.broadcast(FLOATS, C3), FloatVector.broadcast(FLOATS, C1));
    return x.div(Exp.exp(x.mul(slope)).add(1f));
  }
}
