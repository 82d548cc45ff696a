package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /**
   * Asserts that a run ends with one line that says what is wrong, and leaves a folder as it was.
   *
   * @param expected part of the line
   */
  static void assertRefused(Path folder, String expected, Object... arguments) throws IOException {
    List<Path> before = files(folder);
    CommandLineRun run = of(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(run.err).contains(expected).startsWith("arpg: ").hasLineCount(1);
    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(files(folder)).isEqualTo(before);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }
}
