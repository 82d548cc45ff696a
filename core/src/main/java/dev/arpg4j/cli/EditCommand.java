package dev.arpg4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code arpg edit}: pictures that are kept in part and made anew in part. */
@Command(
    name = "edit",
    description = "Makes parts of a picture anew, or more around it, with a model of known cells.",
    subcommands = {
      InpaintCommand.class,
      OutpaintCommand.class,
      RestyleCommand.class,
      ExpandCommand.class
    })
final class EditCommand implements Runnable {
  /** What is true of all of them. */
  static final String KEPT =
      "A cell is kept if no pixel of it is hidden; its code and its pixels come back unchanged, and"
          + " nothing else of the picture is looked at.";

  static final String DEFAULTS =
      "Settings not given are the model's best, as 'arpg models' lists them, but for --pass1 strict"
          + " and no more steps than cells to make.";

  static final String NO_CLASS =
      "Without --class the model is asked for no class, and runs without guidance.";

  @Spec private CommandSpec spec;

  /** Without a subcommand: says which there are. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no edit given; expected one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
