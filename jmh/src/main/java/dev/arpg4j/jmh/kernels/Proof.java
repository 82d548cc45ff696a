package dev.arpg4j.jmh.kernels;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.List;

/**
 * What some places of a version's outputs have to hold. The oracle is slow and rows are
 * independent, so it computes a few of them; that every entry was written is checked for all.
 */
@FunctionalInterface
interface Proof {
  /** How many rows the oracle computes, where each is cheap. */
  int ROWS = 32;

  /** Says the op on the oracle, in its innermost scope, for the places picked. */
  List<Part> say(Backend oracle);

  /**
   * Runs of neighbouring entries of one output.
   *
   * @param starts the place of each run
   * @param run entries of each
   * @param expected run after run
   * @param bound by the index into {@code expected}
   */
  record Part(Output output, long[] starts, int run, double[] expected, ErrorBound bound) {
    Comparison compare(Workbench bench) {
      double[] found = new double[expected.length];
      for (int i = 0; i < starts.length; i++) {
        System.arraycopy(bench.read(output, starts[i], run), 0, found, i * run, run);
      }
      return Comparison.of(Shape.of(starts.length, run), expected, found, bound);
    }
  }

  /** The part that holds whole rows of a dense output. */
  static Part rows(Output output, int width, int[] rows, double[] expected, ErrorBound bound) {
    long[] starts = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      starts[i] = (long) rows[i] * width;
    }
    return new Part(output, starts, width, expected, bound);
  }

  /**
   * What came of holding a version against the oracle.
   *
   * @param compared entries held against the oracle's
   * @param written entries of which it was seen that they were written
   * @param worstRatio the largest error as a share of its bound
   * @param failure what is wrong; empty if nothing is
   */
  record Outcome(long compared, long written, double worstRatio, String failure) {
    boolean passed() {
      return failure.isEmpty();
    }

    /** Both of two checks of one version; the first failure counts. */
    Outcome and(Outcome other) {
      return new Outcome(
          compared,
          written,
          Math.max(worstRatio, other.worstRatio),
          passed() ? other.failure : failure);
    }
  }

  /** Runs a version once over poisoned outputs, and judges what it wrote. */
  static Outcome check(Workbench bench, Prepared prepared, List<Part> parts, Version version) {
    prepared.outputs().forEach(bench::poison);
    version.work().run();
    bench.gpu().synchronize();
    StringBuilder failure = new StringBuilder();
    bench.takeFault().ifPresent(fault -> failure.append(fault.exception().getMessage()));
    long written = 0;
    for (Output output : prepared.outputs()) {
      long unwritten = bench.unwritten(output);
      if (unwritten > 0 && failure.isEmpty()) {
        failure.append(unwritten).append(" entries are NaN or not written");
      }
      written += output.blocks() * output.run();
    }
    long compared = 0;
    double worst = 0;
    for (Part part : parts) {
      Comparison comparison = part.compare(bench);
      compared += comparison.compared();
      worst = Math.max(worst, comparison.worstRatio());
      if (!comparison.passed() && failure.isEmpty()) {
        failure.append(comparison.details());
      }
    }
    return new Outcome(compared, written, worst, failure.toString());
  }
}
