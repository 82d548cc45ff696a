package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** x σ(x) for the logistic function σ, and its slope. */
public final class Silu {
  private Silu() {}

  /** x / (1 + e^-x). */
  public static FloatVector of(FloatVector x) {
    return x.div(Exp.exp(x.neg()).add(1f));
  }

  /** {@code e^-|x|}, which neither overflows nor cancels: what σ and 1 − σ are made of. */
  public static FloatVector decay(FloatVector x) {
    return Exp.exp(x.abs().neg());
  }

  /**
   * σ(x).
   *
   * @param decay that of x
   */
  public static FloatVector sigmoid(FloatVector x, FloatVector decay) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    return one.blend(decay, x.compare(VectorOperators.LT, 0f)).mul(one.div(decay.add(one)));
  }

  /**
   * σ(x) (1 + x (1 − σ(x))). Only the outer sum cancels, near its zero at x = −1.278.
   *
   * @param decay that of x
   */
  public static FloatVector slope(FloatVector x, FloatVector decay) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    VectorMask<Float> below = x.compare(VectorOperators.LT, 0f);
    FloatVector inverse = one.div(decay.add(one));
    FloatVector rest = decay.blend(one, below).mul(inverse);
    return x.fma(rest, one).mul(one.blend(decay, below).mul(inverse));
  }
}
