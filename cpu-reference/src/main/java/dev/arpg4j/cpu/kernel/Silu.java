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

  /**
   * σ(x) (1 + x (1 − σ(x))). Both σ and 1 − σ come from {@code e^-|x|}, which neither overflows nor
   * cancels: only the outer sum does, near its zero at x = −1.278.
   */
  public static FloatVector slope(FloatVector x) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector e = Exp.exp(x.abs().neg());
    FloatVector larger = one.div(e.add(one));
    FloatVector smaller = e.mul(larger);
    VectorMask<Float> below = x.compare(VectorOperators.LT, 0f);
    FloatVector sigmoid = larger.blend(smaller, below);
    FloatVector rest = smaller.blend(larger, below);
    return x.fma(rest, one).mul(sigmoid);
  }
}
