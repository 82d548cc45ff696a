package dev.arpg4j.decode;

/** How the weight of classifier-free guidance grows while an image fills. */
@FunctionalInterface
public interface GuidanceSchedule {
  /**
   * {@code 1 + (w-1)·known/N}, known counted after the step, so the last step uses w itself
   * (VARIANTS.md 1.7).
   */
  GuidanceSchedule LINEAR = (scale, step, plan) -> 1 + (scale - 1) * step.to() / plan.cells();

  /**
   * {@code 1 + (w-1)·known/N}, known counted before the step, so the first step is the conditional
   * model alone and the last stays below w (VARIANTS.md 4.2).
   */
  GuidanceSchedule LINEAR_BEFORE =
      (scale, step, plan) -> 1 + (scale - 1) * step.from() / plan.cells();

  /** w in every step. */
  GuidanceSchedule CONSTANT = (scale, step, plan) -> scale;

  /** The weight w_s of a step for a scale w. */
  double weight(double scale, Plan.Step step, Plan plan);
}
