package dev.arpg4j.cli;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.Zoo;
import java.util.Locale;

/** The models that benchmarks run: a published size has random weights, which cost as much. */
public final class BenchModel {
  private static final long WEIGHT_SEED = 0;
  private static final double STANDARD_DEVIATION = 0.02;

  private BenchModel() {}

  /**
   * A published size, the embedded model or a file.
   *
   * @param name the value of {@code --model}
   * @throws dev.arpg4j.tensor.InvalidInputException if it is none of these
   */
  public static Checkpoint named(String name) {
    ArpgConfig published = Zoo.named(name).orElse(null);
    if (published == null) {
      return LocalModel.arpg(name);
    }
    return Checkpoint.random(
        name.toUpperCase(Locale.ROOT), published, WEIGHT_SEED, STANDARD_DEVIATION);
  }
}
