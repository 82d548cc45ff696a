package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import dev.arpg4j.tensor.GradientOps.AdamWStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** One step of AdamW on runs of entries: each is read and written once. */
final class AdamW {
  private final VectorTensor value;
  private final VectorTensor gradient;
  private final VectorTensor first;
  private final VectorTensor second;
  private final float factor;
  private final float beta1;
  private final float rest1;
  private final float beta2;
  private final float rest2;
  private final float kept;
  private final float rate;
  private final float spread;
  private final float epsilon;

  AdamW(
      VectorTensor value,
      VectorTensor gradient,
      VectorTensor first,
      VectorTensor second,
      AdamWStep step) {
    this.value = value;
    this.gradient = gradient;
    this.first = first;
    this.second = second;
    factor = (float) step.factor();
    beta1 = (float) step.beta1();
    rest1 = (float) (1 - step.beta1());
    beta2 = (float) step.beta2();
    rest2 = (float) (1 - step.beta2());
    kept = (float) (1 - step.rate() * step.decay());
    rate = (float) (-step.rate() / step.correction1());
    spread = (float) (1 / step.correction2());
    epsilon = (float) step.epsilon();
  }

  /** Computes the entries {@code at ..} of all results. */
  void run(float[] values, float[] firsts, float[] seconds, int at, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector g = load(gradient, at + i).mul(factor);
      FloatVector m = load(first, at + i).mul(beta1).add(g.mul(rest1));
      FloatVector s = load(second, at + i).mul(beta2).add(g.mul(g).mul(rest2));
      m.intoArray(firsts, at + i);
      s.intoArray(seconds, at + i);
      value(load(value, at + i), m, s).intoArray(values, at + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector g = load(gradient, at + i, tail).mul(factor);
      FloatVector m = load(first, at + i, tail).mul(beta1).add(g.mul(rest1));
      FloatVector s = load(second, at + i, tail).mul(beta2).add(g.mul(g).mul(rest2));
      m.intoArray(firsts, at + i, tail);
      s.intoArray(seconds, at + i, tail);
      value(load(value, at + i, tail), m, s).intoArray(values, at + i, tail);
    }
  }

  /** w (1 − rate · decay) − rate / c₁ · m / (sqrt(s / c₂) + ε); a root is rounded once by IEEE. */
  private FloatVector value(FloatVector w, FloatVector m, FloatVector s) {
    FloatVector root = s.mul(spread).sqrt().add(epsilon);
    return w.mul(kept).add(m.div(root).mul(rate));
  }

  private static FloatVector load(VectorTensor x, int at) {
    return FloatVector.fromArray(FLOATS, x.floats(), x.offset() + at);
  }

  private static FloatVector load(VectorTensor x, int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(FLOATS, x.floats(), x.offset() + at, mask);
  }
}
