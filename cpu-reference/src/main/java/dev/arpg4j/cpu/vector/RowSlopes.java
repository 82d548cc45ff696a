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

  /** p = factor · p, then g = p ⊙ (g − mean). */
  static void softmax(float[] p, int pAt, float factor, float[] g, int gAt, float mean, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector weights = FloatVector.fromArray(FLOATS, p, pAt + i).mul(factor);
      weights.intoArray(p, pAt + i);
      FloatVector.fromArray(FLOATS, g, gAt + i).sub(mean).mul(weights).intoArray(g, gAt + i);
    }
    if (i < count) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, count);
      FloatVector weights = FloatVector.fromArray(FLOATS, p, pAt + i, tail).mul(factor);
      weights.intoArray(p, pAt + i, tail);
      FloatVector slopes = FloatVector.fromArray(FLOATS, g, gAt + i, tail);
      slopes.sub(mean).mul(weights).intoArray(g, gAt + i, tail);
    }
  }
}
