package dev.arpg4j.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The entry point of the command line: its commands, and what becomes of failures. */
@Command(
    name = "arpg",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    description = "A laboratory for parallel visual autoregressive decoding.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a check did not hold",
      "2:it cannot be done: bad input, unreadable or unwritable files",
      "3:a fault of this program"
    },
    // In the order in which a newcomer needs them.
    subcommands = {
      GenerateCommand.class,
      EditCommand.class,
      TrainCommand.class,
      JudgeCommand.class,
      AblateCommand.class,
      VerifyCommand.class,
      ShowMaskCommand.class,
      TokensCommand.class,
      ModelsCommand.class,
      ConvertCommand.class,
      CompareCommand.class,
      BenchCommand.class,
      PackCommand.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {
  @Option(
      names = Failures.STACK_TRACE_FLAG,
      scope = ScopeType.INHERIT,
      description = "show where a failure comes from")
  private boolean stackTrace;

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    // Pictures are drawn without a screen, also where there is one.
    System.setProperty("java.awt.headless", "true");
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(run(out, err, args));
  }

  /**
   * Runs the command line.
   *
   * @return the exit code: 0, or 1 if a check failed, 2 for bad input, 3 for a fault
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Failures failures = new Failures(err, args);
    try {
      CommandLine commandLine = new CommandLine(new Main());
      BenchCommand.contribute(commandLine);
      return commandLine
          .setOut(out)
          .setErr(err)
          .setParameterExceptionHandler(failures::badParameters)
          .setExecutionExceptionHandler((failure, command, parsed) -> failures.thrown(failure))
          .execute(args);
    } catch (Error failure) {
      return failures.thrown(failure);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Without a command: says which there are. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "no command given; expected one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
