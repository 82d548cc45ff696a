package dev.arpg4j.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a check found: numbers compared pair by pair, of which the worst is kept.
 *
 * @param passed whether all comparisons held
 * @param worst the largest difference in the worst comparison; the one closest to failing, or that
 *     failed by most
 * @param bound the largest difference allowed there, or, for an exhibit, the smallest expected
 * @param where what was compared and at which index the difference is largest
 * @param pairs the first five pairs that differ there by more than the bound, or the worst pair
 */
public record Outcome(
    boolean passed, double worst, double bound, String where, List<String> pairs) {
  private static final int SHOWN = 5;

  public Outcome {
    pairs = List.copyOf(pairs);
  }

  /** Numbers that have to agree. */
  public static Outcome agree(
      String what, double[] expected, double[] found, Tolerance tolerance, int... extents) {
    if (expected.length != found.length) {
      return broken("%s: %d numbers, expected %d".formatted(what, found.length, expected.length));
    }
    double magnitude = 0;
    for (int i = 0; i < expected.length; i++) {
      magnitude = Math.max(magnitude, Math.max(Math.abs(expected[i]), Math.abs(found[i])));
    }
    double bound = tolerance.bound(magnitude);
    int worst = worst(expected, found);
    double difference = difference(expected, found, worst);
    boolean passed = difference <= bound;
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < expected.length && pairs.size() < SHOWN; i++) {
      if (passed ? i == worst : !(difference(expected, found, i) <= bound)) {
        pairs.add(pair(i, expected[i], found[i], extents));
      }
    }
    return new Outcome(passed, difference, bound, at(what, worst, extents), pairs);
  }

  /** Numbers of which at least one has to differ by more than rounding explains. */
  public static Outcome differ(
      String what, double[] one, double[] other, Tolerance tolerance, int... extents) {
    Outcome agreement = agree(what, one, other, tolerance, extents);
    return new Outcome(
        !agreement.passed, agreement.worst, agreement.bound, agreement.where, agreement.pairs);
  }

  /** Whole numbers that have to be equal. */
  public static Outcome equal(String what, int[] expected, int[] found, int... extents) {
    return agree(what, doubles(expected), doubles(found), Tolerance.BITS, extents);
  }

  /** A yes or no without a number. */
  public static Outcome that(boolean holds, String what) {
    return holds ? new Outcome(true, 0, 0, what, List.of()) : broken(what);
  }

  private static Outcome broken(String what) {
    return new Outcome(false, Double.POSITIVE_INFINITY, 0, what, List.of());
  }

  /** The first that failed, else the one closest to failing. */
  public static Outcome all(List<Outcome> outcomes) {
    Outcome worst = outcomes.getFirst();
    for (Outcome outcome : outcomes) {
      if (!outcome.passed) {
        return outcome;
      }
      worst = outcome.strain() > worst.strain() ? outcome : worst;
    }
    return worst;
  }

  public static Outcome all(Outcome... outcomes) {
    return all(List.of(outcomes));
  }

  private double strain() {
    return bound == 0 ? worst : worst / bound;
  }

  private static double[] doubles(int[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static int worst(double[] expected, double[] found) {
    int worst = 0;
    for (int i = 1; i < expected.length; i++) {
      if (difference(expected, found, i) > difference(expected, found, worst)) {
        worst = i;
      }
    }
    return worst;
  }

  /** NaN on one side only is as far as it gets; on both sides too, since nothing may be NaN. */
  private static double difference(double[] expected, double[] found, int i) {
    if (expected.length == 0) {
      return 0;
    }
    double difference = Math.abs(expected[i] - found[i]);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private static String at(String what, int index, int... extents) {
    return what + " at " + index(index, extents);
  }

  private static String pair(int index, double expected, double found, int... extents) {
    return String.format(Locale.ROOT, "%s: %.9g and %.9g", index(index, extents), expected, found);
  }

  /** A flat index in the given extents, the first of which may be left out as 0: [1, 5, 3]. */
  private static String index(int flat, int... extents) {
    if (extents.length == 0) {
      return "[" + flat + "]";
    }
    int[] place = new int[extents.length + 1];
    int rest = flat;
    for (int axis = extents.length; axis > 0; axis--) {
      place[axis] = rest % extents[axis - 1];
      rest /= extents[axis - 1];
    }
    place[0] = rest;
    return Arrays.toString(place);
  }
}
