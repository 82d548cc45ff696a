package dev.arpg4j.verify.golden;

/**
 * The outcome for one tensor of a golden folder.
 *
 * @param tensor file and name
 * @param status what became of it
 * @param error the largest absolute difference, 0 where nothing was compared
 * @param bound the largest difference allowed
 * @param detail where the first mismatch is, or why there is no check; empty if there is nothing to
 *     say
 */
public record GoldenCheck(String tensor, Status status, double error, double bound, String detail) {
  /** What became of a tensor. */
  public enum Status {
    PASS,
    FAIL,
    /** Read as an input of the other checks. */
    INPUT,
    NOT_CHECKED
  }

  static GoldenCheck input(String tensor) {
    return new GoldenCheck(tensor, Status.INPUT, 0, 0, "");
  }

  /** A tensor that says nothing about a backend. */
  static GoldenCheck passedOver(String tensor, String reason) {
    return new GoldenCheck(tensor, Status.NOT_CHECKED, 0, 0, reason);
  }

  /** Compares every value; a NaN on either side is a mismatch. */
  static GoldenCheck values(String tensor, double[] expected, double[] found, double bound) {
    if (expected.length != found.length) {
      return mismatch(
          tensor, bound, "%d values, expected %d".formatted(found.length, expected.length));
    }
    double worst = 0;
    int first = -1;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - found[i]);
      boolean fits = error <= bound;
      if (!fits && first < 0) {
        first = i;
      }
      worst = Double.isNaN(error) ? Double.NaN : Math.max(worst, error);
    }
    String detail =
        first < 0
            ? ""
            : "first at %d: %s, expected %s".formatted(first, found[first], expected[first]);
    return new GoldenCheck(tensor, first < 0 ? Status.PASS : Status.FAIL, worst, bound, detail);
  }

  /** Compares whole numbers exactly; the error is the number of differing entries. */
  static GoldenCheck exact(String tensor, int[] expected, int[] found) {
    if (expected.length != found.length) {
      return mismatch(tensor, 0, "%d values, expected %d".formatted(found.length, expected.length));
    }
    int differing = 0;
    String detail = "";
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] != found[i]) {
        if (differing == 0) {
          detail = "first at %d: %d, expected %d".formatted(i, found[i], expected[i]);
        }
        differing++;
      }
    }
    return new GoldenCheck(
        tensor, differing == 0 ? Status.PASS : Status.FAIL, differing, 0, detail);
  }

  /** This check, saying how many of the tensor's values it compared, where not all. */
  GoldenCheck comparing(int some, int all) {
    if (some == all) {
      return this;
    }
    String counted = "%d of %d compared".formatted(some, all);
    return new GoldenCheck(
        tensor, status, error, bound, detail.isEmpty() ? counted : detail + ", " + counted);
  }

  /** This mismatch, excused. */
  GoldenCheck passedBecause(String reason) {
    return new GoldenCheck(tensor, Status.PASS, error, bound, detail + " (" + reason + ")");
  }

  private static GoldenCheck mismatch(String tensor, double bound, String detail) {
    return new GoldenCheck(tensor, Status.FAIL, Double.NaN, bound, detail);
  }
}
