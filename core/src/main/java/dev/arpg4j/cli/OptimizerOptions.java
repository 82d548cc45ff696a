package dev.arpg4j.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the optimizer, and of what training drops. */
final class OptimizerOptions {
  @Option(
      names = {"--learning-rate", "--lr"},
      paramLabel = "R",
      description = "the highest learning rate (default: 0.002; in 'ablate' 0.001)")
  private @Nullable Double learningRate;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "steps until it is reached (default: 300, a tenth of a shorter run)")
  private @Nullable Integer warmUp;

  @Option(
      names = "--rate-floor",
      paramLabel = "P",
      description = "the part of it that is left at the end (default: 0.02)")
  private @Nullable Double rateFloor;

  @Option(names = "--beta1", paramLabel = "B", description = "of AdamW (default: 0.9)")
  private @Nullable Double beta1;

  @Option(names = "--beta2", paramLabel = "B", description = "of AdamW (default: 0.95)")
  private @Nullable Double beta2;

  @Option(names = "--epsilon", paramLabel = "E", description = "of AdamW (default: 1e-8)")
  private @Nullable Double epsilon;

  @Option(
      names = "--weight-decay",
      paramLabel = "R",
      description = "of parameters of two or more axes (default: 0.05)")
  private @Nullable Double weightDecay;

  @Option(
      names = "--clip-norm",
      paramLabel = "G",
      description = "the longest gradient; 0 for any (default: 1)")
  private @Nullable Double clipNorm;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "how often an activation is dropped (default: 0)")
  private @Nullable Double dropout;

  @Option(
      names = "--label-drop",
      paramLabel = "P",
      description = "how often a label is dropped, for guidance (default: 0.1)")
  private @Nullable Double labelDrop;

  @Option(
      names = "--ema",
      paramLabel = "R",
      description =
          "how much of a moving average of the weights stays each step; the average is what is"
              + " written then (default: 0, none)")
  private @Nullable Double ema;

  @Option(
      names = "--init-deviation",
      paramLabel = "S",
      description = "standard deviation of the first weights (default: 0.02)")
  private @Nullable Double initDeviation;

  /** The values given, by the names of their fields. */
  Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    put(given, "learning_rate", learningRate);
    put(given, "warm_up", warmUp);
    put(given, "rate_floor", rateFloor);
    put(given, "beta1", beta1);
    put(given, "beta2", beta2);
    put(given, "epsilon", epsilon);
    put(given, "weight_decay", weightDecay);
    put(given, "clip_norm", clipNorm);
    put(given, "dropout", dropout);
    put(given, "label_drop", labelDrop);
    put(given, "ema", ema);
    put(given, "init_deviation", initDeviation);
    return given;
  }

  private static void put(Map<String, Object> given, String field, @Nullable Number value) {
    if (value != null) {
      given.put(field, value);
    }
  }
}
