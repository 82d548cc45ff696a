package dev.arpg4j.cli;

import picocli.CommandLine.Option;

/** The flag that says how often a run keeps what it goes on from. */
final class CheckpointOptions {
  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "steps from one checkpoint to the next (default: ${DEFAULT-VALUE})")
  private int every = 100;

  /** Steps from one checkpoint to the next. */
  int every() {
    return Flag.positive("--checkpoint-every", every);
  }
}
