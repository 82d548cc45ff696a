package dev.arpg4j.jmh.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands of the page that walks through adding a kernel. */
class AddAKernelPageTest {
  private static final Path PAGE = Path.of("..", "docs/add-a-kernel.md");
  private static final String COMMAND = "./arpg bench kernels ";

  static Stream<String> commands() throws IOException {
    return Files.readAllLines(PAGE).stream().filter(line -> line.startsWith(COMMAND));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandIsUnderstood(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.replace(COMMAND, "").split(" ")));
    arguments.add("--list");
    int code =
        new CommandLine(new KernelsCommand())
            .setOut(new PrintWriter(Writer.nullWriter()))
            .execute(arguments.toArray(String[]::new));
    assertThat(code).isZero();
  }
}
