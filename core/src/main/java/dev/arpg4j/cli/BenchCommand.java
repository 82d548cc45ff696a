package dev.arpg4j.cli;

import java.util.Objects;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code arpg bench}: what decoding costs. Other rooms add to it. */
@Command(
    name = BenchCommand.NAME,
    description = "Measures what decoding costs.",
    subcommands = {BenchStepsCommand.class, BenchVqCommand.class, BenchThroughputCommand.class})
final class BenchCommand implements Runnable {
  static final String NAME = "bench";

  @Spec private CommandSpec spec;

  /** Adds what other rooms contribute to a command line that holds this command. */
  static void contribute(CommandLine commandLine) {
    CommandLine bench = Objects.requireNonNull(commandLine.getSubcommands().get(NAME), NAME);
    ServiceLoader.load(BenchContribution.class)
        .forEach(contribution -> bench.addSubcommand(contribution.command()));
  }

  /** Without a subcommand: says which there are. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "nothing to measure given; expected one of "
            + String.join(", ", spec.subcommands().keySet()));
  }
}
