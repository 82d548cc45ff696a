package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Ops that look at one whole row: norm, softmax, rotation, cross-entropy. */
final class Rows {
  /** (a, b) pairs to (b, a). */
  private static final VectorShuffle<Float> SWAP = VectorShuffle.fromOp(FLOATS, lane -> lane ^ 1);

  /** (cos, sin) pairs to (cos, cos). */
  private static final VectorShuffle<Float> FIRST = VectorShuffle.fromOp(FLOATS, lane -> lane & ~1);

  /** (cos, sin) pairs to (sin, sin). */
  private static final VectorShuffle<Float> SECOND = VectorShuffle.fromOp(FLOATS, lane -> lane | 1);

  /** −1 for the first of a pair, 1 for the second. */
  private static final FloatVector SIGNS = signs();

  private Rows() {}

  /** y = x / sqrt(mean(x²) + epsilon) ⊙ scale, the scale last. */
  static void rmsNorm(
      float[] x, int xAt, float[] scale, double epsilon, float[] y, int yAt, int width) {
    double mean = (double) RowSums.sumOfSquares(x, xAt, width) / width;
    float inverse = (float) (1 / Math.sqrt(mean + epsilon));
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector normed = FloatVector.fromArray(FLOATS, x, xAt + i).mul(inverse);
      normed.mul(FloatVector.fromArray(FLOATS, scale, i)).intoArray(y, yAt + i);
    }
    if (i < width) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, width);
      FloatVector normed = FloatVector.fromArray(FLOATS, x, xAt + i, tail).mul(inverse);
      normed.mul(FloatVector.fromArray(FLOATS, scale, i, tail)).intoArray(y, yAt + i, tail);
    }
  }

  /**
   * y = (x − mean) / sqrt(var + epsilon). The mean is taken twice, the second time of the distances
   * from the first, and the variance from there too: a mean far from zero costs no digits.
   *
   * @return 1 / sqrt(var + epsilon)
   */
  static double layerNorm(float[] x, int xAt, double epsilon, float[] y, int yAt, int width) {
    float center = (float) ((double) RowSums.sum(x, xAt, width) / width);
    Elementwise.add(x, xAt, -center, y, yAt, width);
    double rest = (double) RowSums.sum(y, yAt, width) / width;
    double square = (double) RowSums.sumOfSquares(y, yAt, width) / width;
    double inverse = 1 / Math.sqrt(Math.max(0, square - rest * rest) + epsilon);
    Elementwise.stretch(y, yAt, (float) inverse, (float) (-rest * inverse), width);
    return inverse;
  }

  /** y = x / max(sqrt(Σ x²), epsilon). */
  static void l2Normalize(float[] x, int xAt, double epsilon, float[] y, int yAt, int width) {
    double norm = Math.sqrt(RowSums.sumOfSquares(x, xAt, width));
    System.arraycopy(x, xAt, y, yAt, width);
    Elementwise.divide(y, yAt, (float) Math.max(norm, epsilon), width);
  }

  /** y = e^(x − max) / Σ e^(x − max). */
  static void softmax(float[] x, int xAt, float[] y, int yAt, int width) {
    Elementwise.exp(x, xAt, RowSums.max(x, xAt, width), y, yAt, width);
    Elementwise.divide(y, yAt, RowSums.sum(y, yAt, width), width);
  }

  /**
   * −log softmax(x)[target].
   *
   * @param scratch room for {@code width} numbers
   */
  static float crossEntropy(float[] x, int at, int width, int target, float[] scratch) {
    float max = RowSums.max(x, at, width);
    Elementwise.exp(x, at, max, scratch, 0, width);
    float sum = RowSums.sum(scratch, 0, width);
    // StrictMath: one logarithm whatever compiled the caller.
    return (float) (StrictMath.log(sum) + ((double) max - x[at + target]));
  }

  /**
   * Rotates every neighbour pair of one head by its (cos, sin) pair.
   *
   * @param table holds {@code width / 2} pairs at {@code tableAt}
   */
  static void rotate(
      float[] x, int xAt, float[] table, int tableAt, float[] y, int yAt, int width) {
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector pairs = FloatVector.fromArray(FLOATS, x, xAt + i);
      rotate(pairs, FloatVector.fromArray(FLOATS, table, tableAt + i)).intoArray(y, yAt + i);
    }
    if (i < width) {
      VectorMask<Float> tail = FLOATS.indexInRange(i, width);
      FloatVector pairs = FloatVector.fromArray(FLOATS, x, xAt + i, tail);
      FloatVector angles = FloatVector.fromArray(FLOATS, table, tableAt + i, tail);
      rotate(pairs, angles).intoArray(y, yAt + i, tail);
    }
  }

  /** (a, b) by (cos, sin) is (a cos − b sin, b cos + a sin). */
  private static FloatVector rotate(FloatVector pairs, FloatVector angles) {
    FloatVector across = pairs.rearrange(SWAP).mul(angles.rearrange(SECOND).mul(SIGNS));
    return pairs.fma(angles.rearrange(FIRST), across);
  }

  private static FloatVector signs() {
    float[] signs = new float[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      signs[lane] = (lane & 1) == 0 ? -1 : 1;
    }
    return FloatVector.fromArray(FLOATS, signs, 0);
  }
}
