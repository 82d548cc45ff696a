package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Gradients of ops that look at one whole row, as {@link Rows} computes them. */
final class RowSlopes {
  private RowSlopes() {}

  /** dx = r (dy − mean(dy) − y mean(dy ⊙ y)), with y the norm of x and r its factor. */
  static void layerNorm(
      float[] x, int xAt, double epsilon, float[] dy, int dyAt, float[] dx, int dxAt, int width) {
    double r = Rows.layerNorm(x, xAt, epsilon, dx, dxAt, width);
    double along = (double) RowSums.dot(dx, dxAt, dy, dyAt, width) / width;
    double mean = (double) RowSums.sum(dy, dyAt, width) / width;
    Elementwise.stretch(dx, dxAt, (float) (-r * along), (float) (-r * mean), width);
    Elementwise.accumulate(dy, dyAt, (float) r, dx, dxAt, width);
  }

  /**
   * dx = r (g − x r² mean(g ⊙ x)) with g = dy ⊙ scale, and adds dy ⊙ x r to the sums.
   *
   * @param sums of the gradient by the scale, from {@code sumsAt} on
   */
  static void rmsNorm(
      float[] x,
      int xAt,
      float[] scale,
      double epsilon,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      float[] sums,
      int sumsAt,
      int width) {
    double mean = (double) RowSums.sumOfSquares(x, xAt, width) / width;
    double r = 1 / Math.sqrt(mean + epsilon);
    Elementwise.mul(dy, dyAt, scale, 0, dx, dxAt, width);
    double along = (double) RowSums.dot(dx, dxAt, x, xAt, width) / width;
    float own = (float) r;
    float across = (float) (-r * r * r * along);
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector in = load(x, xAt + i);
      in.mul(own).fma(load(dy, dyAt + i), load(sums, sumsAt + i)).intoArray(sums, sumsAt + i);
      in.mul(across).add(load(dx, dxAt + i).mul(own)).intoArray(dx, dxAt + i);
    }
    if (i < width) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, width);
      FloatVector in = load(x, xAt + i, tail);
      FloatVector sum = load(sums, sumsAt + i, tail);
      in.mul(own).fma(load(dy, dyAt + i, tail), sum).intoArray(sums, sumsAt + i, tail);
      in.mul(across).add(load(dx, dxAt + i, tail).mul(own)).intoArray(dx, dxAt + i, tail);
    }
  }

  /** dx = y ⊙ (dy − Σ y ⊙ dy). */
  static void softmax(float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int width) {
    float along = RowSums.dot(y, yAt, dy, dyAt, width);
    Elementwise.add(dy, dyAt, -along, dx, dxAt, width);
    Elementwise.mul(dx, dxAt, y, yAt, dx, dxAt, width);
  }

  /** dx = dy (softmax(x) − onehot(target)) for one number dy. */
  static void crossEntropy(
      float[] x, int xAt, int target, float dy, float[] dx, int dxAt, int width) {
    Elementwise.exp(x, xAt, RowSums.max(x, xAt, width), dx, dxAt, width);
    float sum = RowSums.sum(dx, dxAt, width);
    Elementwise.scale(dx, dxAt, dy / sum, dx, dxAt, width);
    dx[dxAt + target] -= dy;
  }

  /** p = factor · p, then g = p ⊙ (g − mean). */
  static void weigh(float[] p, int pAt, float factor, float[] g, int gAt, float mean, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector weights = load(p, pAt + i).mul(factor);
      weights.intoArray(p, pAt + i);
      load(g, gAt + i).sub(mean).mul(weights).intoArray(g, gAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector weights = load(p, pAt + i, tail).mul(factor);
      weights.intoArray(p, pAt + i, tail);
      FloatVector slopes = load(g, gAt + i, tail);
      slopes.sub(mean).mul(weights).intoArray(g, gAt + i, tail);
    }
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  private static FloatVector load(float[] x, int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(FLOATS, x, at, mask);
  }
}
