package dev.arpg4j.cli;

import dev.arpg4j.decode.Guidance;
import dev.arpg4j.tensor.InvalidInputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag of guidance over what cells are conditioned by. */
final class ControlWeight {
  static final String FLAG = "--control-cfg";

  @Option(
      names = FLAG,
      paramLabel = "W",
      description =
          "weight of guidance over the control map, beside --cfg over the class; 1 runs without"
              + " (default: 1)")
  private @Nullable Double weight;

  /** Whether it is given. */
  boolean given() {
    return weight != null;
  }

  /**
   * Settings with this weight.
   *
   * @throws InvalidInputException if it is out of its range
   */
  DecodeOptions.Chosen over(DecodeOptions.Chosen chosen) {
    if (weight != null && !(weight >= 1 && Double.isFinite(weight))) {
      throw new InvalidInputException(
          "%s %s: expected a number of 1 or more".formatted(FLAG, weight));
    }
    Guidance guidance = chosen.settings().guidance().withControl(weight == null ? 1 : weight);
    return chosen
        .with(chosen.settings().withGuidance(guidance))
        .naming("control_cfg", guidance.control());
  }
}
