package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Sums and maxima of one row. Entry i always joins logical lane i mod 16, in ascending order, and
 * the 16 lanes are always folded by the same tree (8 apart, 4, 2, 1), so a row's sum has the same
 * bits at any species width, in any company and on any thread.
 */
final class RowSums {
  private static final int LOGICAL_LANES = 16;

  /** Vectors that make up the logical lanes: 1, 2 or 4. */
  private static final int VECTORS = LOGICAL_LANES / LANES;

  private static final VectorShuffle<Float> FOLD_8 = rotation(8);
  private static final VectorShuffle<Float> FOLD_4 = rotation(4);
  private static final VectorShuffle<Float> FOLD_2 = rotation(2);
  private static final VectorShuffle<Float> FOLD_1 = rotation(1);

  private RowSums() {}

  /** Σ x. */
  static float sum(float[] x, int at, int count) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= count - LOGICAL_LANES; i += LOGICAL_LANES) {
      s0 = s0.add(load(x, at + i));
      if (VECTORS > 1) {
        s1 = s1.add(load(x, at + i + LANES));
      }
      if (VECTORS > 2) {
        s2 = s2.add(load(x, at + i + 2 * LANES));
        s3 = s3.add(load(x, at + i + 3 * LANES));
      }
    }
    if (i < count) {
      s0 = s0.add(tail(x, at, i, count));
      if (VECTORS > 1) {
        s1 = s1.add(tail(x, at, i + LANES, count));
      }
      if (VECTORS > 2) {
        s2 = s2.add(tail(x, at, i + 2 * LANES, count));
        s3 = s3.add(tail(x, at, i + 3 * LANES, count));
      }
    }
    return fold(s0, s1, s2, s3);
  }

  /** Σ x². */
  static float sumOfSquares(float[] x, int at, int count) {
    return dot(x, at, x, at, count);
  }

  /** Σ a ⊙ b. */
  static float dot(float[] a, int aAt, float[] b, int bAt, int count) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= count - LOGICAL_LANES; i += LOGICAL_LANES) {
      s0 = addProduct(load(a, aAt + i), load(b, bAt + i), s0);
      if (VECTORS > 1) {
        s1 = addProduct(load(a, aAt + i + LANES), load(b, bAt + i + LANES), s1);
      }
      if (VECTORS > 2) {
        s2 = addProduct(load(a, aAt + i + 2 * LANES), load(b, bAt + i + 2 * LANES), s2);
        s3 = addProduct(load(a, aAt + i + 3 * LANES), load(b, bAt + i + 3 * LANES), s3);
      }
    }
    if (i < count) {
      s0 = addProduct(tail(a, aAt, i, count), tail(b, bAt, i, count), s0);
      if (VECTORS > 1) {
        s1 = addProduct(tail(a, aAt, i + LANES, count), tail(b, bAt, i + LANES, count), s1);
      }
      if (VECTORS > 2) {
        s2 = addProduct(tail(a, aAt, i + 2 * LANES, count), tail(b, bAt, i + 2 * LANES, count), s2);
        s3 = addProduct(tail(a, aAt, i + 3 * LANES, count), tail(b, bAt, i + 3 * LANES, count), s3);
      }
    }
    return fold(s0, s1, s2, s3);
  }

  /** The largest of x, NaN if any is; minus infinity for none. */
  static float max(float[] x, int at, int count) {
    // Made here, not shared: the loop's vectors begin with it, and those that begin with a field's
    // would be boxed in every turn. Of a vector that is only read, as in Rows, this is not so.
    FloatVector lowest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector m0 = lowest;
    FloatVector m1 = lowest;
    int i = 0;
    for (; i <= count - 2 * LANES; i += 2 * LANES) {
      m0 = m0.max(load(x, at + i));
      m1 = m1.max(load(x, at + i + LANES));
    }
    for (; i < count; i += LANES) {
      VectorMask<Float> mask = FLOATS.indexInRange(i, count);
      m0 = m0.max(lowest.blend(FloatVector.fromArray(FLOATS, x, at + i, mask), mask));
    }
    FloatVector m = m0.max(m1); // rounds nothing, so the species' own width will do
    if (LANES > 8) {
      m = m.max(m.rearrange(FOLD_8));
    }
    if (LANES > 4) {
      m = m.max(m.rearrange(FOLD_4));
    }
    m = m.max(m.rearrange(FOLD_2));
    m = m.max(m.rearrange(FOLD_1));
    return m.lane(0);
  }

  private static FloatVector addProduct(FloatVector a, FloatVector b, FloatVector sum) {
    return a.fma(b, sum);
  }

  /** The vector at {@code from}, zero from entry {@code count} on. */
  private static FloatVector tail(float[] x, int at, int from, int count) {
    return FloatVector.fromArray(FLOATS, x, at + from, FLOATS.indexInRange(from, count));
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  private static float fold(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
    FloatVector s = s0;
    if (VECTORS == 2) {
      s = s0.add(s1);
    } else if (VECTORS == 4) {
      s = s0.add(s2).add(s1.add(s3));
    }
    if (LANES > 8) {
      s = s.add(s.rearrange(FOLD_8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(FOLD_4));
    }
    s = s.add(s.rearrange(FOLD_2));
    s = s.add(s.rearrange(FOLD_1));
    return s.lane(0);
  }

  /** Lane i takes lane i + distance, around the end. */
  private static VectorShuffle<Float> rotation(int distance) {
    return VectorShuffle.iota(FLOATS, distance % LANES, 1, true);
  }
}
