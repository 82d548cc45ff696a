package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * The outcome of holding one result against another under a bound.
 *
 * @param compared how many entries there are
 * @param failures how many part by more than their bound allows
 * @param worst the place of the largest error relative to its bound, row-major; -1 if none differ
 * @param maxError the largest |found - expected| anywhere
 * @param worstRatio the largest error as a share of its bound: 0 if all are equal, above 1 if one
 *     fails
 * @param details worst index, its bound and the first five failing pairs, in lines
 */
public record Comparison(
    long compared, long failures, int worst, double maxError, double worstRatio, String details) {
  private static final int PAIRS = 5;

  /**
   * Compares entry by entry. Equal infinities and two NaNs agree; NaN against a number fails.
   *
   * @throws IllegalArgumentException if the counts are not the shape's
   */
  public static Comparison of(Shape shape, double[] expected, double[] found, ErrorBound bound) {
    if (expected.length != shape.size() || found.length != shape.size()) {
      throw new IllegalArgumentException(
          "compare: %d and %d values for shape %s".formatted(expected.length, found.length, shape));
    }
    StringBuilder pairs = new StringBuilder();
    int failures = 0;
    int worst = -1;
    double worstRatio = 0;
    double maxError = 0;
    for (int index = 0; index < expected.length; index++) {
      double error = error(expected[index], found[index]);
      if (error == 0) {
        continue;
      }
      double allowed = bound.allowed(index, expected[index], found[index]);
      boolean fails = error == Double.POSITIVE_INFINITY || !(error <= allowed);
      if (fails && failures++ < PAIRS) {
        pairs.append('\n').append(pair(shape, index, expected[index], found[index], allowed));
      }
      double ratio = error == Double.POSITIVE_INFINITY ? error : error / allowed;
      if (worst < 0 || ratio > worstRatio) {
        worst = index;
        worstRatio = ratio;
      }
      maxError = Math.max(maxError, error);
    }
    String details =
        worst < 0
            ? "all %d equal".formatted(expected.length)
            : "%d of %d beyond the bound; worst%s%s"
                .formatted(
                    failures,
                    expected.length,
                    pair(
                        shape,
                        worst,
                        expected[worst],
                        found[worst],
                        bound.allowed(worst, expected[worst], found[worst])),
                    failures == 0 ? "" : "; first" + pairs);
    return new Comparison(expected.length, failures, worst, maxError, worstRatio, details);
  }

  /** The failure of a result that has another shape. */
  static Comparison misshapen(Shape expected, Shape found) {
    return new Comparison(
        expected.size(),
        expected.size(),
        -1,
        Double.POSITIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        "expected shape %s, found %s".formatted(expected, found));
  }

  /** |found - expected|; 0 for two NaNs, infinite for one. */
  private static double error(double expected, double found) {
    if (expected == found || (Double.isNaN(expected) && Double.isNaN(found))) {
      return 0;
    }
    double error = Math.abs(found - expected);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static String pair(
      Shape shape, int index, double expected, double found, double allowed) {
    return String.format(
        Locale.ROOT,
        " at %s: expected %s, found %s, error %.3g, bound %.3g",
        Arrays.toString(unravel(shape, index)),
        expected,
        found,
        error(expected, found),
        allowed);
  }

  /** The place of a row-major index on each axis. */
  private static int[] unravel(Shape shape, int index) {
    int[] place = new int[shape.rank()];
    int rest = index;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      place[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return place;
  }

  /** True if every entry is within its bound. */
  public boolean passed() {
    return failures == 0;
  }

  @Override
  public String toString() {
    return details;
  }
}
