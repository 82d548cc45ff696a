package dev.arpg4j.cli;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Zoo;

/**
 * What a flag of {@link DecodeOptions} is when it is not given: the settings a model is best at.
 *
 * @param steps at most; fewer where a grid has fewer cells
 */
record Recommended(
    int steps, String schedule, double guidance, String guidanceSchedule, String pass1) {
  /** What the embedded model was tuned to; guidance of 3 shatters its shapes. */
  static final Recommended TRAINED_HERE = new Recommended(64, "cosine", 1.75, "constant", "strict");

  /** How the released models are sampled (VARIANTS.md 1.7, 9.4). */
  static final Recommended PUBLISHED = new Recommended(64, "arccos", 4, "constant", "chunk");

  /** The settings for a model of these sizes. */
  static Recommended of(ArpgConfig config) {
    return Zoo.sizes().containsValue(config) ? PUBLISHED : TRAINED_HERE;
  }

  /** In one phrase. */
  String describe() {
    return "%d steps, %s, guidance %s %s, %s"
        .formatted(steps, schedule, guidance, guidanceSchedule, pass1);
  }
}
