package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import dev.arpg4j.cpu.kernel.Exp;
import dev.arpg4j.cpu.kernel.Gelu;
import dev.arpg4j.cpu.kernel.Silu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Loops over runs of entries. The last, partial vector goes through the same instructions under a
 * mask, so an entry's bits depend on nothing but its operands.
 */
final class Elementwise {
  private Elementwise() {}

  /** y = a + b. */
  static void add(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(a, aAt + i).add(load(b, bAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(a, aAt + i, tail).add(load(b, bAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = a + b for one number b. */
  static void add(float[] a, int aAt, float b, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(a, aAt + i).add(b).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(a, aAt + i, tail).add(b).intoArray(y, yAt + i, tail);
    }
  }

  /** y = a ⊙ b. */
  static void mul(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(a, aAt + i).mul(load(b, bAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(a, aAt + i, tail).mul(load(b, bAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = factor · x. */
  static void scale(float[] x, int xAt, float factor, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(x, xAt + i).mul(factor).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(x, xAt + i, tail).mul(factor).intoArray(y, yAt + i, tail);
    }
  }

  /** x = x / divisor. */
  static void divide(float[] x, int at, float divisor, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(x, at + i).div(divisor).intoArray(x, at + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(x, at + i, tail).div(divisor).intoArray(x, at + i, tail);
    }
  }

  /** y = e^(x − shift); {@code y} may be {@code x}. */
  static void exp(float[] x, int xAt, float shift, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Exp.exp(load(x, xAt + i).sub(shift)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      Exp.exp(load(x, xAt + i, tail).sub(shift)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = e^(factor · x − shift); {@code y} may be {@code x}. */
  static void exp(float[] x, int xAt, float factor, float shift, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Exp.exp(load(x, xAt + i).mul(factor).sub(shift)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      Exp.exp(load(x, xAt + i, tail).mul(factor).sub(shift)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = x / (1 + e^-x). */
  static void silu(float[] x, int xAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Silu.of(load(x, xAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      Silu.of(load(x, xAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = x Φ(x). */
  static void gelu(float[] x, int xAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Gelu.exact(load(x, xAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      Gelu.exact(load(x, xAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))). */
  static void geluTanh(float[] x, int xAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      Gelu.tanh(load(x, xAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      Gelu.tanh(load(x, xAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = silu(gate) ⊙ up, with the roundings of {@link #silu} and {@link #mul}. */
  static void swiGlu(float[] gate, int gateAt, float[] up, int upAt, float[] y, int yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Silu.of(load(gate, gateAt + i)).mul(load(up, upAt + i)).intoArray(y, yAt + i);
    }
    if (i < n) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, n);
      Silu.of(load(gate, gateAt + i, tail))
          .mul(load(up, upAt + i, tail))
          .intoArray(y, yAt + i, tail);
    }
  }

  /** x = factor · x + term. */
  static void stretch(float[] x, int at, float factor, float term, int count) {
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    FloatVector terms = FloatVector.broadcast(FLOATS, term);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(x, at + i).fma(factors, terms).intoArray(x, at + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(x, at + i, tail).fma(factors, terms).intoArray(x, at + i, tail);
    }
  }

  /** y = y + factor · x. */
  static void accumulate(float[] x, int xAt, float factor, float[] y, int yAt, int count) {
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(x, xAt + i).fma(factors, load(y, yAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      load(x, xAt + i, tail).fma(factors, load(y, yAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = a + b ⊙ c. */
  static void addProduct(
      float[] a, int aAt, float[] b, int bAt, float[] c, int cAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      load(b, bAt + i).fma(load(c, cAt + i), load(a, aAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector factor = load(b, bAt + i, tail);
      factor.fma(load(c, cAt + i, tail), load(a, aAt + i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /** y = x ⊙ (1 + scale) + shift. */
  static void modulate(
      float[] x,
      int xAt,
      float[] scale,
      int scaleAt,
      float[] shift,
      int shiftAt,
      float[] y,
      int yAt,
      int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector factor = load(scale, scaleAt + i).add(1f);
      load(x, xAt + i).fma(factor, load(shift, shiftAt + i)).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector factor = load(scale, scaleAt + i, tail).add(1f);
      FloatVector term = load(shift, shiftAt + i, tail);
      load(x, xAt + i, tail).fma(factor, term).intoArray(y, yAt + i, tail);
    }
  }

  /**
   * y = y + weight · (upper − lower), rounded after each operation as the definition of guidance in
   * simpler ops is.
   */
  static void guide(
      float[] logits, int upperAt, int lowerAt, float weight, float[] y, int yAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector step = load(logits, upperAt + i).sub(load(logits, lowerAt + i)).mul(weight);
      load(y, yAt + i).add(step).intoArray(y, yAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector upper = load(logits, upperAt + i, tail);
      FloatVector step = upper.sub(load(logits, lowerAt + i, tail)).mul(weight);
      load(y, yAt + i, tail).add(step).intoArray(y, yAt + i, tail);
    }
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  private static FloatVector load(float[] x, int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(FLOATS, x, at, mask);
  }
}
