package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that decide how a model is decoded; a command says what is used if none is given. */
final class DecodeOptions {
  private static final String MODEL_DEFAULT = " (default: see above)";

  @Option(
      names = "--steps",
      paramLabel = "S",
      description = "decoding steps, 1 to the cells of the grid" + MODEL_DEFAULT)
  private @Nullable Integer steps;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "cells per step: arccos (even, then one large step) or cosine (growing)" + MODEL_DEFAULT)
  private @Nullable String schedule;

  @Option(
      names = "--cfg",
      paramLabel = "W",
      description =
          "weight of classifier-free guidance, 1 or more; 1 constant runs without" + MODEL_DEFAULT)
  private @Nullable Double guidance;

  @Option(
      names = "--cfg-schedule",
      paramLabel = "NAME",
      description = "linear (from 1 to W as the image fills) or constant" + MODEL_DEFAULT)
  private @Nullable String guidanceSchedule;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "divides the logits; 0 takes the likeliest code (default: ${DEFAULT-VALUE})")
  private double temperature = 1;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "draw among the K likeliest codes; 0 for all (default: ${DEFAULT-VALUE})")
  private int topK = 0;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "draw among the likeliest codes that together reach this probability, in (0, 1]"
              + " (default: ${DEFAULT-VALUE})")
  private double topP = 1;

  @Option(
      names = "--order",
      paramLabel = "NAME",
      description =
          "order of the cells: image (each image its own random one), shared (one random order for"
              + " all) or raster (default: ${DEFAULT-VALUE})")
  private String order = "image";

  @Option(
      names = "--pass1",
      paramLabel = "MASK",
      description =
          "which tokens of one step see each other: strict (causal) or chunk (all)" + MODEL_DEFAULT)
  private @Nullable String pass1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "key of all random numbers (default: ${DEFAULT-VALUE})")
  private long seed = 0;

  /**
   * Settings, checked, with the names they were given by.
   *
   * @param names flag (without dashes) to value, defaults included, for results
   */
  record Chosen(DecodeSettings settings, Map<String, Object> names) {}

  /**
   * All settings for a model.
   *
   * @throws InvalidInputException if one is out of its range
   */
  Chosen choose(ArpgConfig config, Recommended best) {
    int cells = config.grid().cells();
    int chosenSteps = steps == null ? Math.min(best.steps(), cells) : steps;
    if (chosenSteps < 1 || chosenSteps > cells) {
      throw new InvalidInputException(
          "--steps %d: expected 1 .. %d, the cells of the grid".formatted(chosenSteps, cells));
    }
    Choice<StepSchedule> chosenSchedule =
        Choice.named("--schedule", Choice.SCHEDULES, orElse(schedule, best.schedule()));
    double weight = guidance == null ? best.guidance() : guidance;
    if (!(weight >= 1 && Double.isFinite(weight))) {
      throw new InvalidInputException("--cfg " + weight + ": expected a number of 1 or more");
    }
    Choice<GuidanceSchedule> weightSchedule =
        Choice.named(
            "--cfg-schedule",
            Choice.GUIDANCE_SCHEDULES,
            orElse(guidanceSchedule, best.guidanceSchedule()));
    Choice<GenerationOrder> chosenOrder = Choice.named("--order", Choice.ORDERS, order);
    Choice<Pass1Mask> mask = Choice.named("--pass1", Choice.MASKS, orElse(pass1, best.pass1()));
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("steps", chosenSteps);
    names.put("schedule", chosenSchedule.name());
    names.put("cfg", weight);
    names.put("cfg_schedule", weightSchedule.name());
    names.put("temperature", temperature);
    names.put("top_k", topK);
    names.put("top_p", topP);
    names.put("order", chosenOrder.name());
    names.put("pass1", mask.name());
    names.put("seed", seed);
    return new Chosen(
        new DecodeSettings(
            chosenSteps,
            chosenSchedule.value(),
            new Guidance(weightSchedule.value(), weight),
            sampling(),
            chosenOrder.value(),
            mask.value(),
            seed),
        names);
  }

  private Sampling sampling() {
    try {
      return new Sampling(temperature, topK, topP);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--" + e.getMessage(), e);
    }
  }

  private static String orElse(@Nullable String given, String otherwise) {
    return Objects.requireNonNullElse(given, otherwise);
  }
}
