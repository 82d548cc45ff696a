package dev.arpg4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run of the command line inside this JVM.
 *
 * @param exitCode what the process would end with
 */
record CommandLineRun(int exitCode, String out, String err) {
  static CommandLineRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }

  /** A run with more arguments after the given ones. */
  static CommandLineRun of(List<String> arguments, String... more) {
    return of(Stream.concat(arguments.stream(), Arrays.stream(more)).toArray(String[]::new));
  }
}
