package dev.arpg4j.cuda.blas;

import java.util.Arrays;

/**
 * Finds out which of a few ways to do the same work is the fastest here, by doing it: each way runs
 * once to warm up and a few times more, each time with a cold cache as within a model whose weights
 * do not fit into it, and the median counts.
 *
 * <p>Among ways that are about as fast the one named first wins, so that the noise of a measurement
 * does not decide what is computed.
 */
final class PlanSearch {
  private static final int REPEATS = 3;

  /** What makes a way faster than one before it: both the share and the milliseconds. */
  private static final double CLEAR_SHARE = 0.03;

  private static final double CLEAR_MILLIS = 0.001;

  /** Measures one run of work that is enqueued in between. */
  interface Stopwatch {
    /** Makes the next run a cold one, and starts. */
    void start();

    /** Milliseconds since the start; waits for the work. */
    double stop();
  }

  /** The same work in several ways. */
  @FunctionalInterface
  interface Ways {
    /** Enqueues the work in the way of that number; false if it cannot be done so. */
    boolean enqueue(int way);
  }

  private final Stopwatch stopwatch;

  PlanSearch(Stopwatch stopwatch) {
    this.stopwatch = stopwatch;
  }

  /**
   * The fastest way: each in turn takes the place of the best before it if it is clearly faster.
   *
   * @param ways how many there are, 1 or more
   * @return its number, or -1 if none can
   */
  int fastest(int ways, Ways run) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int way = 0; way < ways; way++) {
      if (run.enqueue(way)) {
        double millis = median(way, run);
        if (isClearlyLess(millis, least)) {
          least = millis;
          best = way;
        }
      }
    }
    return best;
  }

  private static boolean isClearlyLess(double millis, double than) {
    return millis < than * (1 - CLEAR_SHARE) && millis < than - CLEAR_MILLIS;
  }

  private double median(int way, Ways run) {
    double[] millis = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      stopwatch.start();
      run.enqueue(way);
      millis[i] = stopwatch.stop();
    }
    Arrays.sort(millis);
    return millis[REPEATS / 2];
  }
}
