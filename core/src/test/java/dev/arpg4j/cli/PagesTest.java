package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages show what the sources say, and what the commands print. */
class PagesTest {
  static Stream<Page.FromFile> fromFiles() throws IOException {
    return blocks(Page.FromFile.class);
  }

  @ParameterizedTest
  @MethodSource("fromFiles")
  void everyBlockStandsInItsFile(Page.FromFile block) throws IOException {
    String source = String.join("\n", Files.readAllLines(Page.ROOT.resolve(block.file())));
    assertThat("\n" + source + "\n").contains("\n" + block.text() + "\n");
  }

  /** Those of systems that stand on a page alone are run by that page's own test. */
  static Stream<Page.Session> sessions() throws IOException {
    return Page.all().stream()
        .flatMap(page -> page.blocks().stream().takeWhile(b -> !(b instanceof Page.OwnFile)))
        .filter(Page.Session.class::isInstance)
        .map(Page.Session.class::cast);
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void everyCommandPrintsWhatIsShown(Page.Session session) {
    CommandLineRun run = CommandLineRun.of(session.arguments());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Page.Session.unmeasured(run.out())).matches(session.pattern());
  }

  /** A page whose markers are misspelt would be compared with nothing. */
  @ParameterizedTest
  @CsvSource({"README.md, 0, 1", "docs/add-a-kernel.md, 8, 0", "docs/add-a-variant.md, 7, 8"})
  void pagesShowSomething(String path, int files, int commands) throws IOException {
    List<Page.Block> blocks = Page.read(path).blocks();
    Stream<Path> shown =
        blocks.stream()
            .filter(Page.FromFile.class::isInstance)
            .map(block -> ((Page.FromFile) block).file());
    assertThat(shown.distinct()).hasSizeGreaterThanOrEqualTo(files);
    assertThat(blocks)
        .filteredOn(Page.Session.class::isInstance)
        .hasSizeGreaterThanOrEqualTo(commands);
  }

  private static <T extends Page.Block> Stream<T> blocks(Class<T> kind) throws IOException {
    return Page.all().stream()
        .flatMap(page -> page.blocks().stream())
        .filter(kind::isInstance)
        .map(kind::cast);
  }
}
