package dev.arpg4j.decode;

/**
 * How many cells are decoded in each step (VARIANTS.md 1.7). The ratio is the share of cells still
 * masked after step {@code s} of {@code S}; sizes follow from it in {@link Plan#of}.
 */
@FunctionalInterface
public interface StepSchedule {
  /** {@code arccos((s+1)/S) / (π/2)}: nearly uniform, then one large last step. */
  StepSchedule ARCCOS = (step, steps) -> Math.acos((step + 1.0) / steps) / (Math.PI / 2);

  /** {@code cos((π/2)(s+1)/S)}: starts with single cells and grows. */
  StepSchedule COSINE = (step, steps) -> Math.cos(Math.PI / 2 * ((step + 1.0) / steps));

  /**
   * The share of cells that stay masked after a step.
   *
   * @param step s, from 0
   * @param steps S
   */
  double maskedAfter(int step, int steps);
}
