package dev.arpg4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code arpg tokens}: pictures to ids and back. */
@Command(
    name = "tokens",
    description = "Turns pictures into ids, and ids into pictures.",
    subcommands = {TokensEncodeCommand.class, TokensDecodeCommand.class})
final class TokensCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Without a subcommand: says which there are. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "neither encode nor decode given; expected one of "
            + String.join(", ", spec.subcommands().keySet()));
  }
}
