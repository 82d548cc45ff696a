package dev.arpg4j.decode;

/** How the weight of classifier-free guidance grows while an image fills (VARIANTS.md 1.7). */
public enum GuidanceSchedule {
  /** {@code 1 + (w-1)·known/N}, known counted after the step, so the last step uses w itself. */
  LINEAR,
  /** w in every step. */
  CONSTANT
}
