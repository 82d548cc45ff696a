package dev.arpg4j.image;

/**
 * Points of equal width, held coordinate by coordinate, and how far another point is from each of
 * them. The distance to one point does not depend on how many others there are, so its bits never
 * change.
 */
final class Columns {
  /** Coordinates taken at a time, so that a running sum is loaded and stored once for them all. */
  private static final int BLOCK = 4;

  private final int size;
  private final float[][] coordinates;

  /** Takes a copy of the points, [n][width]. */
  Columns(float[][] points) {
    this.size = points.length;
    int width = points[0].length;
    // Coordinates of zero up to a whole block add nothing to a distance.
    this.coordinates = new float[Math.ceilDiv(width, BLOCK) * BLOCK][size];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < width; k++) {
        coordinates[k][i] = points[i][k];
      }
    }
  }

  /** How many points there are. */
  int size() {
    return size;
  }

  /** Fills {@code squares}, [n], with the squared distances of a point, [width]. */
  void squaredDistances(float[] point, float[] squares) {
    for (int k = 0; k < coordinates.length; k += BLOCK) {
      float p0 = at(point, k);
      float p1 = at(point, k + 1);
      float p2 = at(point, k + 2);
      float p3 = at(point, k + 3);
      float[] c0 = coordinates[k];
      float[] c1 = coordinates[k + 1];
      float[] c2 = coordinates[k + 2];
      float[] c3 = coordinates[k + 3];
      boolean first = k == 0;
      for (int i = 0; i < size; i++) {
        float d0 = p0 - c0[i];
        float d1 = p1 - c1[i];
        float d2 = p2 - c2[i];
        float d3 = p3 - c3[i];
        float sum = d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
        squares[i] = first ? sum : squares[i] + sum;
      }
    }
  }

  /** The place of the least value, the first of equal ones. */
  static int least(float[] values) {
    int least = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] < values[least]) {
        least = i;
      }
    }
    return least;
  }

  private static float at(float[] point, int k) {
    return k < point.length ? point[k] : 0;
  }
}
