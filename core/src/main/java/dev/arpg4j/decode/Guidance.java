package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;

/**
 * Classifier-free guidance: {@code u + (c - u)·w_s} of conditional and unconditional logits. Where
 * cells have conditions, both have them; with a weight of their own there is a third branch
 * without, n, and the logits are {@code n + (u - n)·W + (c - u)·w_s}.
 *
 * @param scale w, 1 or more; 1 with a constant schedule is the conditional model alone
 * @param control W, 1 or more; 1 is without that third branch
 */
public record Guidance(GuidanceSchedule schedule, double scale, double control) {
  /** The conditional model alone. */
  public static final Guidance NONE = new Guidance(GuidanceSchedule.CONSTANT, 1);

  public Guidance {
    require("guidance", scale);
    require("guidance over conditions", control);
  }

  /** Guidance over the class alone. */
  public Guidance(GuidanceSchedule schedule, double scale) {
    this(schedule, scale, 1);
  }

  private static void require(String what, double weight) {
    if (!(weight >= 1 && Double.isFinite(weight))) {
      throw new InvalidInputException(what + " " + weight + ": expected a number of 1 or more");
    }
  }

  /** The same with a weight of the conditions. */
  public Guidance withControl(double newControl) {
    return new Guidance(schedule, scale, newControl);
  }

  /** The weight w_s of a step. */
  public double weight(Plan.Step step, Plan plan) {
    return schedule.weight(scale, step, plan);
  }

  /** The weights between the branches in a step, w_s first; none if there is one branch. */
  public double[] weights(Plan.Step step, Plan plan) {
    double weight = weight(step, plan);
    return switch (branches()) {
      case 1 -> new double[0];
      case 2 -> new double[] {weight};
      default -> new double[] {weight, control};
    };
  }

  /**
   * The conditional branch; behind it the unconditional one, unless there is no guidance; behind
   * that the one without conditions, where these are guided.
   */
  public int branches() {
    return this.equals(NONE) ? 1 : control == 1 ? 2 : 3;
  }

  /** How many branches, from the first on, have the conditions of cells. */
  public int conditioned() {
    return Math.min(branches(), 2);
  }
}
