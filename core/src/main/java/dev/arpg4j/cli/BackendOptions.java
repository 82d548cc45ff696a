package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that decide what computes. */
final class BackendOptions {
  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description =
          "cpu (vector instructions), oracle (float64, plain loops) or cuda"
              + " (default: ${DEFAULT-VALUE})")
  private String backend = "cpu";

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description = "how weights are held: f32 or bf16 (default: ${DEFAULT-VALUE})")
  private String weights = "f32";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "worker threads on the CPU (default: all cores)")
  private @Nullable Integer threads;

  /** A backend that is expected to start here. */
  record Chosen(BackendProvider provider, int threads, Choice<DType> weights) {
    Backend open() {
      return provider.open(BackendProvider.Settings.ofThreads(threads));
    }
  }

  /**
   * Looks for the backend without starting it.
   *
   * @throws InvalidInputException if it is not known or not available, or another flag is wrong
   */
  Chosen choose() {
    int count = threads(threads);
    Choice<DType> storage = Choice.named("--weights", Choice.WEIGHTS, weights);
    return new Chosen(available(backend), count, storage);
  }

  /** The threads asked for, or one for each core. */
  static int threads(@Nullable Integer asked) {
    return asked == null
        ? Runtime.getRuntime().availableProcessors()
        : Flag.positive("--threads", asked);
  }

  /**
   * The backend of that name, which is expected to start here.
   *
   * @throws InvalidInputException if it is not known or not available
   */
  static BackendProvider available(String backend) {
    BackendProvider provider = known(backend);
    BackendProvider.Availability availability =
        provider.availability(BackendProvider.Settings.allCores());
    if (!availability.available()) {
      throw new InvalidInputException(
          "--backend %s: not available here: %s".formatted(backend, availability.detail()));
    }
    return provider;
  }

  private static BackendProvider known(String backend) {
    try {
      return BackendProvider.named(backend);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--backend: " + e.getMessage(), e);
    }
  }
}
