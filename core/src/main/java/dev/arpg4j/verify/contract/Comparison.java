package dev.arpg4j.verify.contract;

import dev.arpg4j.verify.Outcome;
import dev.arpg4j.verify.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two runs laid side by side, number by number.
 *
 * @param exact what rounding can make of numbers that are equal in exact arithmetic
 * @param likely beyond this a difference is one of the model
 */
record Comparison(
    String what, double[] expected, double[] found, Tolerance exact, Tolerance likely) {

  /** Whether they agree. */
  Outcome agrees() {
    return Outcome.agree(what, expected, found, exact);
  }

  /** Whether they differ by more than rounding explains. */
  Outcome differs() {
    return Outcome.differ(what, expected, found, likely);
  }

  /** Rows of numbers that are being collected in pairs. */
  static final class Pairs {
    private final List<double[]> expected = new ArrayList<>();
    private final List<double[]> found = new ArrayList<>();

    /** Adds a pair of rows. */
    Pairs add(double[] one, double[] other) {
      expected.add(one);
      found.add(other);
      return this;
    }

    boolean isEmpty() {
      return expected.isEmpty();
    }

    /** All pairs, where only a row's company changed. */
    Comparison rows(String what, Trial trial) {
      return of(what, trial.exact().forRows(), trial.likely());
    }

    /** All pairs, where the order of sums changed too. */
    Comparison sums(String what, Trial trial) {
      return of(what, trial.exact(), trial.likely());
    }

    /** All pairs, which hold the same bits or differ. */
    Comparison bits(String what) {
      return of(what, Tolerance.BITS, Tolerance.BITS);
    }

    private Comparison of(String what, Tolerance exact, Tolerance likely) {
      return new Comparison(what, flat(expected), flat(found), exact, likely);
    }

    private static double[] flat(List<double[]> rows) {
      return rows.stream().flatMapToDouble(Arrays::stream).toArray();
    }
  }
}
