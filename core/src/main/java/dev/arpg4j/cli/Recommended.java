package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.Sampling;

/**
 * What a flag of {@link DecodeOptions} is when it is not given: the settings a model is best at.
 *
 * @param settings with as many steps as are worth while; fewer where a grid has fewer cells
 */
record Recommended(DecodeSettings settings) {
  /** What the embedded model was tuned to; guidance of 3 shatters its shapes. */
  static final Recommended TRAINED_HERE = new Recommended(DecodeSettings.EMBEDDED);

  /** How the released models are sampled (VARIANTS.md 1.7, 9.4). */
  static final Recommended PUBLISHED =
      new Recommended(
          new DecodeSettings(
              64,
              StepSchedule.ARCCOS,
              new Guidance(GuidanceSchedule.CONSTANT, 4),
              Sampling.PLAIN,
              GenerationOrder.IMAGE,
              Pass1Mask.CHUNK,
              0));

  /** The settings for a model of these sizes. */
  static Recommended of(ArpgConfig config) {
    return Zoo.sizes().containsValue(config) ? PUBLISHED : TRAINED_HERE;
  }

  int steps() {
    return settings.steps();
  }

  String schedule() {
    return Choice.nameOf(Choice.SCHEDULES, settings.schedule());
  }

  double guidance() {
    return settings.guidance().scale();
  }

  String guidanceSchedule() {
    return Choice.nameOf(Choice.GUIDANCE_SCHEDULES, settings.guidance().schedule());
  }

  String pass1() {
    return Choice.nameOf(Choice.MASKS, settings.pass1());
  }

  /** In one phrase. */
  String describe() {
    return "%d steps, %s, guidance %s %s, %s"
        .formatted(steps(), schedule(), guidance(), guidanceSchedule(), pass1());
  }
}
