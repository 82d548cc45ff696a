package dev.arpg4j.train;

import dev.arpg4j.tensor.InvalidInputException;

/**
 * The learning rate of each step: a linear rise, then half a cosine down to the floor (VARIANTS.md
 * 1.6).
 *
 * @param peak reached at the end of the rise, above 0
 * @param warmUp W, the steps of the rise, fewer than those of the run; 0 for none
 * @param floor what the cosine ends at, as a part of the peak, 0 .. 1
 */
public record LearningRate(double peak, int warmUp, double floor) {
  public LearningRate {
    if (!(peak > 0 && Double.isFinite(peak))) {
      throw new InvalidInputException(
          "learning_rate %s: expected a number above 0".formatted(peak));
    }
    if (warmUp < 0) {
      throw new InvalidInputException("warm_up %d: expected 0 or more steps".formatted(warmUp));
    }
    Range.closed("rate_floor", floor, 0, 1);
  }

  /** The steps of the rise in a shorter run: a tenth of it at most, for it would learn nothing. */
  public int riseWithin(int steps) {
    return Math.min(warmUp, steps / 10);
  }

  /** Refuses a run that would end before its rise does. */
  void requireEndsWithin(int steps) {
    if (warmUp >= steps) {
      throw new InvalidInputException(
          "warm_up %d: expected fewer than steps, %d".formatted(warmUp, steps));
    }
  }

  /**
   * The rate of a step: {@code peak (step+1)/W} in the rise, then {@code peak (f + (1-f)(1 + cos(π
   * t))/2)} with t the part of the remaining steps that is over.
   *
   * @param step from 0
   * @param steps of the whole run
   */
  public double at(int step, int steps) {
    if (step < warmUp) {
      return peak * (step + 1) / warmUp;
    }
    double over = (step - warmUp) / (double) Math.max(1, steps - warmUp);
    // Strict: the same bits in every JVM, whatever it compiled.
    return peak * (floor + (1 - floor) * (1 + StrictMath.cos(Math.PI * over)) / 2);
  }
}
