package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import dev.arpg4j.cpu.kernel.Gelu;
import dev.arpg4j.cpu.kernel.Silu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops over runs of entries that training needs: gradients of {@link Elementwise}, dropout. The
 * tail is masked as there.
 */
final class EntrySlopes {
  private EntrySlopes() {}

  /** y = uniform &lt; limit ? 0 : x / kept. */
  static void dropout(
      float[] x, int xAt, float[] u, int uAt, float limit, float kept, float[] y, int yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      VectorMask<Float> dropped = load(u, uAt + i).compare(VectorOperators.LT, limit);
      load(x, xAt + i).div(kept).blend(0f, dropped).intoArray(y, yAt + i);
    }
    if (i < n) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, n);
      VectorMask<Float> dropped = load(u, uAt + i, tail).compare(VectorOperators.LT, limit);
      load(x, xAt + i, tail).div(kept).blend(0f, dropped).intoArray(y, yAt + i, tail);
    }
  }

  /** dx = dy ⊙ silu'(x). */
  static void silu(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector in = load(x, xAt + i);
      Silu.slope(in, Silu.decay(in)).mul(load(dy, dyAt + i)).intoArray(dx, dxAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector in = load(x, xAt + i, tail);
      FloatVector slope = Silu.slope(in, Silu.decay(in));
      slope.mul(load(dy, dyAt + i, tail)).intoArray(dx, dxAt + i, tail);
    }
  }

  /** dgate = dy ⊙ up ⊙ silu'(gate) and dup = dy ⊙ silu(gate), from as many places in each. */
  static void swiGlu(
      float[] gate,
      int gateAt,
      float[] up,
      int upAt,
      float[] dy,
      int dyAt,
      float[] dgate,
      float[] dup,
      int at,
      int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector x = load(gate, gateAt + i);
      FloatVector decay = Silu.decay(x);
      FloatVector upper = load(dy, dyAt + i);
      Silu.sigmoid(x, decay).mul(x).mul(upper).intoArray(dup, at + i);
      Silu.slope(x, decay).mul(load(up, upAt + i).mul(upper)).intoArray(dgate, at + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector x = load(gate, gateAt + i, tail);
      FloatVector decay = Silu.decay(x);
      FloatVector upper = load(dy, dyAt + i, tail);
      FloatVector factor = load(up, upAt + i, tail).mul(upper);
      Silu.sigmoid(x, decay).mul(x).mul(upper).intoArray(dup, at + i, tail);
      Silu.slope(x, decay).mul(factor).intoArray(dgate, at + i, tail);
    }
  }

  /** dx = dy ⊙ gelu'(x). */
  static void gelu(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Gelu.exactSlope(load(x, xAt + i)).mul(load(dy, dyAt + i)).intoArray(dx, dxAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector slope = Gelu.exactSlope(load(x, xAt + i, tail));
      slope.mul(load(dy, dyAt + i, tail)).intoArray(dx, dxAt + i, tail);
    }
  }

  /** The same of the tanh form. */
  static void geluTanh(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Gelu.tanhSlope(load(x, xAt + i)).mul(load(dy, dyAt + i)).intoArray(dx, dxAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector slope = Gelu.tanhSlope(load(x, xAt + i, tail));
      slope.mul(load(dy, dyAt + i, tail)).intoArray(dx, dxAt + i, tail);
    }
  }

  /** y = (x + shift)^exponent, in double: of few numbers, and a difference keeps its digits. */
  static void power(
      float[] x, int xAt, double shift, double exponent, float[] y, int yAt, int count) {
    for (int i = 0; i < count; i++) {
      y[yAt + i] = (float) power(x[xAt + i] + shift, exponent);
    }
  }

  private static double power(double base, double exponent) {
    if (exponent == 0.5 && base > 0) {
      return Math.sqrt(base);
    }
    if (exponent == -0.5 && base > 0) {
      return 1 / Math.sqrt(base);
    }
    // StrictMath: one power whatever compiled the caller.
    return exponent == -1 ? 1 / base : StrictMath.pow(base, exponent);
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  private static FloatVector load(float[] x, int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(FLOATS, x, at, mask);
  }
}
