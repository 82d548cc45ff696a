package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.decode.Visibility;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.variant.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that decide how a model is decoded; a command says what is used if none is given. */
final class DecodeOptions {
  private static final String MODEL_DEFAULT = " (default: see above)";

  @Option(
      names = "--steps",
      paramLabel = "S",
      description = "decoding steps, 1 to the cells that are decoded" + MODEL_DEFAULT)
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
      description = "divides the logits; 0 takes the likeliest code" + MODEL_DEFAULT)
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "draw among the K likeliest codes; 0 for all" + MODEL_DEFAULT)
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "draw among the likeliest codes that together reach this probability, in (0, 1]"
              + MODEL_DEFAULT)
  private @Nullable Double topP;

  @Option(
      names = "--order",
      paramLabel = "NAME",
      description =
          "order of the cells: image (each image its own random one), corners (the corners, then as"
              + " image), shared (one random order for all) or raster"
              + MODEL_DEFAULT)
  private @Nullable String order;

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
  record Chosen(DecodeSettings settings, Map<String, Object> names) {
    /** Other settings by the same names. */
    Chosen with(DecodeSettings others) {
      return new Chosen(others, names);
    }

    /** The same with another name. */
    Chosen naming(String name, Object value) {
      Map<String, Object> more = new LinkedHashMap<>(names);
      more.put(name, value);
      return new Chosen(settings, more);
    }
  }

  /**
   * All settings for a model.
   *
   * @param best what is used where nothing is given
   * @throws InvalidInputException if one is out of its range, or asks for what the model cannot do
   */
  Chosen choose(Recommended best) {
    return choose(best, IntStream.range(0, best.architecture().places()).toArray());
  }

  /** Whether a weight of guidance, or how it grows, is given. */
  boolean guided() {
    return guidance != null || guidanceSchedule != null;
  }

  /**
   * The same where only some cells are to be decoded.
   *
   * @param cells those, ascending
   */
  Chosen choose(Recommended best, int[] cells) {
    DecodeSettings usual = best.settings();
    int chosenSteps = steps == null ? Math.min(best.steps(), cells.length) : steps;
    if (chosenSteps < 1 || chosenSteps > cells.length) {
      boolean all = cells.length == best.architecture().places();
      throw new InvalidInputException(
          "--steps %d: expected 1 .. %d, the cells %s"
              .formatted(chosenSteps, cells.length, all ? "of the grid" : "to make"));
    }
    AskedSettings asked = new AskedSettings(best);
    StepSchedule chosenSchedule = given("--schedule", Choice.SCHEDULES, schedule, usual.schedule());
    require(asked, AskedSettings.Setting.SCHEDULE, schedule);
    double weight = guidance == null ? usual.guidance().scale() : guidance;
    if (!(weight >= 1 && Double.isFinite(weight))) {
      throw new InvalidInputException("--cfg " + weight + ": expected a number of 1 or more");
    }
    GuidanceSchedule weightSchedule =
        given(
            "--cfg-schedule",
            Choice.GUIDANCE_SCHEDULES,
            guidanceSchedule,
            usual.guidance().schedule());
    GenerationOrder chosenOrder = given("--order", Choice.ORDERS, order, usual.order());
    require(asked, AskedSettings.Setting.ORDER, order);
    Visibility mask =
        pass1 == null ? usual.pass1() : Choice.named("--pass1", Choice.MASKS, pass1).value();
    require(asked, AskedSettings.Setting.PASS1, pass1);
    DecodeSettings chosen =
        new DecodeSettings(
            chosenSteps,
            chosenSchedule,
            new Guidance(weightSchedule, weight),
            sampling(usual.sampling()),
            chosenOrder,
            mask,
            seed);
    requirePossible(best.architecture(), chosen, cells);
    return new Chosen(chosen, names(best, asked, chosen));
  }

  private static Map<String, Object> names(
      Recommended best, AskedSettings asked, DecodeSettings chosen) {
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("steps", chosen.steps());
    names.put(
        "schedule",
        asked.nameOf(AskedSettings.Setting.SCHEDULE, Choice.SCHEDULES, chosen.schedule()));
    names.put("cfg", chosen.guidance().scale());
    names.put("cfg_schedule", best.nameOf(Choice.GUIDANCE_SCHEDULES, chosen.guidance().schedule()));
    names.put("temperature", chosen.sampling().temperature());
    names.put("top_k", chosen.sampling().topK());
    names.put("top_p", chosen.sampling().topP());
    names.put("order", asked.nameOf(AskedSettings.Setting.ORDER, Choice.ORDERS, chosen.order()));
    names.put("pass1", asked.nameOf(AskedSettings.Setting.PASS1, Choice.MASKS, chosen.pass1()));
    names.put("seed", chosen.seed());
    return names;
  }

  /** What a system cannot do it refuses when it lays out a decode; better before it is loaded. */
  private static void requirePossible(
      Architecture architecture, DecodeSettings chosen, int[] cells) {
    int known = architecture.places() - cells.length;
    architecture.layout(chosen, architecture.plan(chosen, cells), known);
  }

  private static void require(
      AskedSettings asked, AskedSettings.Setting setting, @Nullable String given) {
    if (given != null) {
      asked.require(setting, given);
    }
  }

  private Sampling sampling(Sampling usual) {
    try {
      return new Sampling(
          temperature == null ? usual.temperature() : temperature,
          topK == null ? usual.topK() : topK,
          topP == null ? usual.topP() : topP);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--" + e.getMessage(), e);
    }
  }

  private static <T> T given(
      String flag, List<Choice<T>> choices, @Nullable String name, T otherwise) {
    return name == null ? otherwise : Choice.named(flag, choices, name).value();
  }
}
