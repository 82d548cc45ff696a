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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The page that walks through adding a kernel shows what the sources say. */
class AddAKernelPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/add-a-kernel.md");
  private static final String FROM = "<!-- from: ";
  private static final String COMMAND = "./arpg bench kernels ";

  /** Lines of a file that the page shows. */
  record Block(Path file, String text) {
    @Override
    public String toString() {
      return file + ": " + text.lines().findFirst().orElse("").strip();
    }
  }

  static Stream<Block> blocks() throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(FROM)) {
        String file = lines.get(i).replace(FROM, "").replace(" -->", "").strip();
        List<String> rest = lines.subList(i + 2, lines.size());
        blocks.add(
            new Block(Path.of(file), String.join("\n", rest.subList(0, rest.indexOf("```")))));
      }
    }
    return blocks.stream();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void everyBlockStandsInItsFile(Block block) throws IOException {
    String source = String.join("\n", Files.readAllLines(ROOT.resolve(block.file)));
    assertThat("\n" + source + "\n").contains("\n" + block.text + "\n");
  }

  @Test
  void thereAreBlocksOfEveryStep() throws IOException {
    assertThat(blocks().map(Block::file).distinct()).hasSizeGreaterThanOrEqualTo(8);
  }

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
