package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code verify --variant} and {@code show-mask}. */
class ContractCommandsTest {
  @TempDir Path folder;

  @Test
  void printsAVariantsRow() {
    CommandLineRun run =
        CommandLineRun.of(
            "verify",
            "--variant",
            "llamagen",
            "--backend",
            "oracle",
            "--cases",
            "2",
            "--seed",
            "7");
    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("  pass  P5    E    chunking equivalence")
        .contains("  n/a   P2    n/a  query independence")
        .contains("one cell a step, and which one is fixed")
        .contains("  pass  P6    x    insertion order")
        .contains("violated: ")
        .contains("LlamaGen, oracle: PASS, 12 claims are true, 0 wrong, 5 not defined");
  }

  @Test
  void thePageShowsTheClaimsAsTheyAreListed() throws IOException {
    CommandLineRun run = CommandLineRun.of("verify", "--variants");
    assertThat(run.exitCode()).isZero();
    assertThat(Files.readString(Path.of("../docs/correctness.md"))).contains(run.out());
  }

  @Test
  void drawsWhoSeesWhomInAStep() {
    CommandLineRun run =
        CommandLineRun.of("show-mask", "--variant", "llamagen", "--grid", "2x2", "--step", "2");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines().skip(3))
        .containsExactly("                             ct|t", "step 2 token (0,1) -> (1,0)  ██|█");
  }

  @Test
  void drawsAllSteps() {
    CommandLineRun run = CommandLineRun.of("show-mask", "--variant", "llamagen", "--grid", "2x2");
    assertThat(run.out().lines().skip(3))
        .containsExactly(
            "                             cttt",
            "step 0 condition 0 -> (0,0)  █",
            "step 1 token (0,0) -> (0,1)  ██",
            "step 2 token (0,1) -> (1,0)  ███",
            "step 3 token (1,0) -> (1,1)  ████");
  }

  @Test
  void drawsIntoAFile() throws IOException {
    Path svg = folder.resolve("mask.svg");
    CommandLineRun run =
        CommandLineRun.of(
            "show-mask",
            "--variant",
            "arpg",
            "--steps",
            "4",
            "--step",
            "2",
            "--svg",
            svg.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(svg)).startsWith("<svg").contains("query (").endsWith("</svg>\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "verify --variant lamagen | --variant: variant 'lamagen' is not known; known are arpg,",
        "verify --variant arpg --only ops | --variant checks contracts: leave out",
        "verify --variant arpg --cases 0 | --tries 0: expected 1 or more",
        "show-mask --variant lamagen | variant 'lamagen' is not known; known are arpg,",
        "show-mask --variant arpg --grid 4 | --grid '4': expected rows and columns",
        "show-mask --variant arpg --grid 0x4 | --grid 0x4: expected sides of 1 or more",
        "show-mask --variant arpg --grid 999x999 | --grid 999x999: expected sides of 1 or more",
        "show-mask --variant arpg --grid 16x17 | and at most 256 cells",
        "show-mask --variant par --grid 5x5 | --grid 5x5: not a grid of PAR; the nearest is 4x4",
        "show-mask --variant var --grid 3x5 | --grid 3x5: not a grid of VAR; the nearest is 3x3",
        "show-mask --variant arpg --step 16 | --step 16: expected 0 .. 15",
        "show-mask --variant llamagen --steps 3 | P2, query independence",
        "show-mask --variant arpg --svg mask.png | expected a name that ends in .svg",
        "show-mask --variant arpg --svg no/mask.svg | no",
      })
  void badInputIsOneLine(String arguments, String expected) throws IOException {
    CommandLineRun.assertRefused(folder, expected, (Object[]) arguments.split(" "));
  }
}
