package dev.arpg4j.data;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/**
 * Where a figure stands in its picture, whose sides have length 1 and whose y points down, and what
 * else is drawn for it. Angles go through {@link StrictMath}, so that a picture has the same pixels
 * on every machine, compiled or not.
 *
 * @param seed of the set
 * @param image index in the set
 */
record Pose(long seed, int image) {
  private static final int CENTRE_X = 3;
  private static final int CENTRE_Y = 4;
  private static final int RADIUS = 5;
  private static final int TILT = 6;

  /** The first choice that a figure may give a meaning of its own. */
  private static final int OWN = 7;

  /** The uniform number of a choice, in [0, 1). */
  static double uniform(long seed, int image, int choice) {
    return Philox.uniform(seed, image, choice, 0, Purpose.PICTURE);
  }

  /** A whole number from 0 to {@code count - 1}, all alike. */
  static int pick(long seed, int image, int choice, int count) {
    return (int) (uniform(seed, image, choice) * count);
  }

  /** The figure's own choice {@code number}, a whole number from 0 to {@code count - 1}. */
  int own(int number, int count) {
    return pick(seed, image, OWN + number, count);
  }

  /** The figure's own choice {@code number}, in [0, 1). */
  double own(int number) {
    return uniform(seed, image, OWN + number);
  }

  /** r, of which all lengths of a figure are multiples. */
  double radius() {
    return between(RADIUS, 0.2, 0.32);
  }

  /** A region around the origin, turned by the tilt and moved to the centre. */
  Region place(Region around) {
    double x0 = between(CENTRE_X, 0.36, 0.64);
    double y0 = between(CENTRE_Y, 0.36, 0.64);
    double tilt = between(TILT, -0.35, 0.35);
    double cos = StrictMath.cos(tilt);
    double sin = StrictMath.sin(tilt);
    return (x, y) ->
        around.covers((x - x0) * cos + (y - y0) * sin, (y - y0) * cos - (x - x0) * sin);
  }

  private double between(int choice, double from, double to) {
    return from + (to - from) * uniform(seed, image, choice);
  }
}
