package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Turns whatever ends a command early into one line on standard error and an exit code; the stack
 * trace is shown on request.
 */
final class Failures {
  static final String STACK_TRACE_FLAG = "--stacktrace";

  private static final long MEBIBYTE = 1 << 20;

  private final PrintWriter err;
  private final boolean stackTrace;
  private final boolean training;

  Failures(PrintWriter err, String... arguments) {
    this.err = err;
    this.stackTrace = Arrays.asList(arguments).contains(STACK_TRACE_FLAG);
    this.training = Arrays.asList(arguments).contains("train");
  }

  /** A flag that does not exist, has no value, or has one of the wrong type. */
  int badParameters(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String help = command.getCommandSpec().qualifiedName() + " --help";
    return say(failure, failure.getMessage() + " (see " + help + ")", ExitCode.BAD_INPUT);
  }

  /** Anything thrown while a command ran. */
  int thrown(Throwable failure) {
    return switch (failure) {
      case InvalidInputException e -> say(e, Objects.toString(e.getMessage()), ExitCode.BAD_INPUT);
      case UncheckedIOException e -> say(e, inputOutput(e), ExitCode.BAD_INPUT);
      case IOException e -> say(e, inputOutput(e), ExitCode.BAD_INPUT);
      case OutOfMemoryError e -> say(e, outOfMemory(), ExitCode.BAD_INPUT);
      default ->
          say(
              failure,
              "unexpected " + failure + " (a fault of arpg4j; " + STACK_TRACE_FLAG + " says where)",
              ExitCode.FAULT);
    };
  }

  /** One line for a failure of a file or a device. */
  static String inputOutput(Exception thrown) {
    String what = Objects.requireNonNullElse(thrown.getMessage(), "input or output failed");
    Throwable cause = Objects.requireNonNullElse(thrown.getCause(), thrown);
    String why = why(cause);
    return what.contains(why) ? what : what + " (" + why + ")";
  }

  /** What the system says, for instance "No space left on device", or else what it is called. */
  private static String why(Throwable cause) {
    String said =
        switch (cause) {
          case FileSystemException system -> system.getReason(); // its message names the file alone
          case IOException io -> io.getMessage();
          default -> null;
        };
    return said == null || said.isBlank() ? cause.getClass().getSimpleName() : said;
  }

  /** A run in training may be gone on with by another --recompute, and by no other recipe. */
  private String outOfMemory() {
    String lower =
        training
            ? "add --recompute, begin with a lower --micro-batch"
            : "lower --batch, load with --weights bf16";
    return "out of memory at a heap of %d MiB: %s, or allow more with ARPG4J_JAVA_OPTS=-Xmx8g"
        .formatted(Runtime.getRuntime().maxMemory() / MEBIBYTE, lower);
  }

  private int say(Throwable failure, String message, int exitCode) {
    err.println("arpg: " + oneLine(message));
    if (stackTrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode;
  }

  /** Whatever the message quotes, it stays one line and moves no cursor. */
  private static String oneLine(String message) {
    StringBuilder line = new StringBuilder();
    message
        .codePoints()
        .forEach(
            c -> {
              boolean breaks = c == '\u2028' || c == '\u2029';
              if (Character.isISOControl(c) || breaks) {
                line.append("\\u%04x".formatted(c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }
}
