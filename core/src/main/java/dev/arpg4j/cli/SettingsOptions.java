package dev.arpg4j.cli;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that decide how a backend is started. */
final class SettingsOptions {
  @Mixin private DeviceOptions deviceOptions = new DeviceOptions();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "worker threads on the CPU (default: all cores)")
  private @Nullable Integer threads;

  /**
   * All settings of a backend.
   *
   * @throws InvalidInputException if one is out of its range
   */
  BackendProvider.Settings choose() {
    return deviceOptions.choose(
        threads == null
            ? Runtime.getRuntime().availableProcessors()
            : Flag.positive("--threads", threads));
  }
}
