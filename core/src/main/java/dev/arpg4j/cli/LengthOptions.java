package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that decide how long training takes, and in which portions. */
final class LengthOptions {
  @Option(names = "--steps", paramLabel = "N", description = "steps in all (default: 11000)")
  private @Nullable Integer steps;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "images to present in all, instead of --steps; rounded up to whole steps")
  private @Nullable Integer images;

  @Option(names = "--batch", paramLabel = "N", description = "images a step (default: 32)")
  private @Nullable Integer batch;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description =
          "images whose activations are held at a time; changes rounding alone (default: 16)")
  private @Nullable Integer microBatch;

  /**
   * The values that flags give, by the names of their fields.
   *
   * @param usual where none is given
   */
  Map<String, Object> given(Recipe usual) {
    Map<String, Object> given = new LinkedHashMap<>();
    int portion = batch == null ? usual.length().batch() : Flag.positive("--batch", batch);
    given.put("batch", portion);
    if (microBatch != null) {
      given.put("micro_batch", microBatch);
    }
    if (steps != null && images != null) {
      throw new InvalidInputException("--images and --steps: expected one of them");
    }
    if (steps != null) {
      given.put("steps", steps);
    }
    if (images != null) {
      given.put("steps", Math.ceilDiv(Flag.positive("--images", images), portion));
    }
    return given;
  }
}
