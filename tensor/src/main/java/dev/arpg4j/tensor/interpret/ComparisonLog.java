package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.interpret.ComparisonReport.OpErrors;
import dev.arpg4j.tensor.interpret.Difference.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@link Comparing} has found so far; the threads of a program share it. */
final class ComparisonLog {
  /** Differences, and explained draws, that are kept; counts go on. */
  private static final int KEPT = 100;

  private final Map<String, OpErrors> ops = new HashMap<>();
  private final List<Difference> differences = new ArrayList<>();
  private final List<Difference> draws = new ArrayList<>();

  /** A call whose result was compared. */
  synchronized void compared(
      Site site, long entries, long failures, double maxError, double ratio) {
    ops.merge(
        site.op(),
        new OpErrors(1, entries, failures, maxError, ratio, site.call(), site.section()),
        OpErrors::plus);
  }

  /**
   * A call that could not be compared by numbers, or whose numbers part.
   *
   * @param cause what the follower threw, if it did
   * @throws DifferenceException if told to stop
   */
  void differs(
      Difference difference, Comparing.OnDifference onDifference, @Nullable Throwable cause) {
    keep(differences, difference);
    if (onDifference == Comparing.OnDifference.STOP) {
      throw new DifferenceException(difference, cause);
    }
  }

  /** Another id that rounding explains. */
  void drewAnotherId(Difference draw) {
    keep(draws, draw);
  }

  synchronized ComparisonReport report() {
    return new ComparisonReport(ops, differences, draws);
  }

  private synchronized void keep(List<Difference> kept, Difference difference) {
    if (kept.size() < KEPT) {
      kept.add(difference);
    }
  }
}
