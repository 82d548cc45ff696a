package dev.arpg4j.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a benchmark that profiles a program: how often, beside what, and where to. */
final class ProfileOptions {
  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "measured runs, after two to warm up (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "another program to run after each measured decode, in quotes; it is given --repeats 1,",
        "before it --size L --steps S --batch N where there are such, and prints JSON with"
            + " seconds_per_image last"
      })
  private @Nullable String peerCommand;

  @Mixin private ReportOptions reportOptions = new ReportOptions();

  /**
   * What was asked for, checked.
   *
   * @param repeats runs that count
   */
  record Chosen(int repeats, Optional<Peer> peer, ReportOptions.Chosen report) {}

  /**
   * Checks what can be checked before the long work.
   *
   * @throws dev.arpg4j.tensor.InvalidInputException if a flag is out of its range, a file cannot be
   *     written or there is no such peer
   */
  Chosen choose() {
    Flag.positive("--repeats", repeats);
    ReportOptions.Chosen report = reportOptions.choose();
    return new Chosen(repeats, Optional.ofNullable(peerCommand).map(Peer::of), report);
  }
}
