package dev.arpg4j.verify;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;

/**
 * How far two results that are equal in exact arithmetic may part on a backend.
 *
 * <p>In float64 a flat 1e-9: some 1e6 roundings of 1e-16, with room. Otherwise first-order error
 * analysis: a sum of K terms errs by at most K·u of its terms' size (Higham, Accuracy and Stability
 * of Numerical Algorithms, section 3.1); each of the 2(L1+L2)+2 sublayers adds such an error to the
 * residual stream, and is granted a factor of 8 for what its own norm, softmax and gate make of the
 * errors it is given. The bound scales with the largest number compared.
 *
 * @param relative of the largest magnitude, which counts as 1 or more
 * @param rowExact whether a row's bits depend on that row alone, whatever is computed beside it
 *     (DESIGN, numerics): then independence is checked bit by bit
 */
public record Tolerance(double absolute, double relative, boolean rowExact) {
  private static final double DOUBLE = 1e-9;
  private static final double AMPLIFICATION = 8;

  /** Nothing. */
  public static final Tolerance BITS = new Tolerance(0, 0, true);

  /** What rounding can do at the worst: where results are equal in exact arithmetic. */
  static Tolerance of(Backend backend, ArpgConfig config) {
    return of(backend, sublayers(config), longest(config));
  }

  /**
   * The same for any model.
   *
   * @param sublayers at least as many as add to the residual stream
   * @param longest the terms of the longest sum
   */
  public static Tolerance of(Backend backend, int sublayers, int longest) {
    return of(backend, AMPLIFICATION * sublayers * longest);
  }

  /**
   * What rounding is likely to do: a difference beyond it is one of the model. Errors of both signs
   * add up with the root of their number (Higham and Mary, A New Approach to Probabilistic Rounding
   * Error Analysis, 2019), where the worst case would hide what a random model shows but faintly.
   */
  static Tolerance likely(Backend backend, ArpgConfig config) {
    return likely(backend, sublayers(config), longest(config));
  }

  /** The same for any model. */
  public static Tolerance likely(Backend backend, int sublayers, int longest) {
    return of(backend, sublayers * Math.sqrt(longest));
  }

  private static Tolerance of(Backend backend, double roundings) {
    boolean rowExact = backend.rowExact();
    if (backend.computeType() == DType.F64) {
      return new Tolerance(DOUBLE, 0, rowExact);
    }
    double roundoff = backend.computeType() == DType.F32 ? 0x1p-24 : 0x1p-8;
    return new Tolerance(0, roundings * roundoff, rowExact);
  }

  private static int longest(ArpgConfig config) {
    return Math.max(Math.max(config.dim(), config.innerDim()), config.grid().cells() + 1);
  }

  private static int sublayers(ArpgConfig config) {
    return 2 * (config.selfLayers() + config.crossLayers()) + 2;
  }

  /** The tolerance where only a row's company changes. */
  public Tolerance forRows() {
    return rowExact ? BITS : this;
  }

  /** The tolerance of sums of {@code terms} such results. */
  public Tolerance times(int terms) {
    return new Tolerance(absolute * terms, relative * terms, rowExact);
  }

  /** The largest difference allowed between numbers of at most this magnitude. */
  public double bound(double magnitude) {
    return absolute + relative * Math.max(1, magnitude);
  }
}
