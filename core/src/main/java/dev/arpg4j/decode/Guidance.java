package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;

/**
 * Classifier-free guidance: {@code u + (c - u)·w_s} of conditional and unconditional logits.
 *
 * @param scale w, 1 or more; 1 with a constant schedule is the conditional model alone
 */
public record Guidance(GuidanceSchedule schedule, double scale) {
  /** The conditional model alone. */
  public static final Guidance NONE = new Guidance(GuidanceSchedule.CONSTANT, 1);

  public Guidance {
    if (!(scale >= 1 && Double.isFinite(scale))) {
      throw new InvalidInputException("guidance " + scale + ": expected a number of 1 or more");
    }
  }

  /** The weight w_s of a step. */
  public double weight(Plan.Step step, Plan plan) {
    return schedule.weight(scale, step, plan);
  }

  /** 2 if an unconditional branch has to run beside the conditional one, else 1. */
  public int branches() {
    return this.equals(NONE) ? 1 : 2;
  }
}
