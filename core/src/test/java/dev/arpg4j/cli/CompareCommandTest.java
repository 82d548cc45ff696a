package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CompareCommandTest {
  private static final List<String> COMPARE = List.of("compare");

  /** One system, in a process of its own, of which the parent has the numbers alone. */
  @Test
  void measuresASystem(@TempDir Path folder) throws IOException {
    ReportFiles files = ReportFiles.in(folder);
    CommandLineRun run =
        CommandLineRun.of(
            files.after(
                COMPARE,
                "--size",
                "tiny",
                "--only",
                "llamagen",
                "--batch",
                "2",
                "--repeats",
                "1",
                "--threads",
                "1",
                "--weights",
                "bf16"));

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("LlamaGen-tiny: ", "tiny, batch 2, on 1 thread", "ceilings")
        .contains(
            "of 0 pairs, GFLOP order 0 as the clock does, the roofline 0",
            "not checked: both systems are needed");
    JsonNode result = files.read();
    assertThat(result.get("batch").asInt()).isEqualTo(2);
    assertThat(result.get("weights").asString()).isEqualTo("bf16");
    assertThat(result.get("threads").asInt()).isEqualTo(1);
    assertThat(result.at("/ceilings/read_gb_per_s").asDouble()).isPositive();
    assertThat(result.get("rows").size()).isEqualTo(1);
    JsonNode row = result.at("/rows/0");
    double seconds = row.at("/seconds_per_image/0").asDouble();
    assertThat(row.get("seconds_per_image").size()).isEqualTo(1);
    assertThat(row.get("images_per_second").asDouble())
        .isCloseTo(1 / seconds, within(1e-9 / seconds));
    assertThat(row.get("step_ms").asDouble()).isPositive();
    assertThat(row.get("peak_mb").asDouble()).isPositive();
    assertThat(row.get("peak_measure").asString()).isNotEmpty();
    assertThat(row.get("best_seconds_per_image").asDouble()).isPositive();
    // A quotient of two sums of the same numbers, each rounded in its own order.
    assertThat(row.get("memory_share").asDouble()).isBetween(0.0, 1 + 1e-9);
    assertThat(BenchFiles.words(files.svg()))
        .contains("LlamaGen-tiny", "images a second", "peak memory");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void countsWithoutRunning(@TempDir Path folder) throws IOException {
    ReportFiles files = ReportFiles.in(folder);
    CommandLineRun run = CommandLineRun.of(files.after(COMPARE, "--dry-run"));
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("L, not run", "LlamaGen-L", "343M", "169.7", "24.0", "DiT-L/2 (by formula)")
        .doesNotContain("images/s", "ceilings");
    JsonNode result = files.read();
    assertThat(result.at("/rows/0").has("images_per_second")).isFalse();
    assertThat(result.has("device")).isFalse();
    assertThat(BenchFiles.words(files.svg())).contains("GFLOP an image", "KV MiB, bf16", "DiT-L/2");
  }

  @Test
  void everyVariantIsCounted() {
    CommandLineRun run = CommandLineRun.of(COMPARE, "--dry-run", "--size", "tiny", "--markdown");
    assertThat(run.err()).isEmpty();
    Family.all()
        .forEach(variant -> assertThat(run.out()).contains("| " + variant.title() + "-tiny | "));
  }

  @Test
  void cachesAreCountedAsTheBackendHoldsThem() {
    CommandLineRun run =
        CommandLineRun.of(COMPARE, "--dry-run", "--only", "llamagen", "--backend", "oracle");
    assertThat(run.out()).contains("KV MiB f64").containsPattern("24\\.0 +96\\.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --size S                     | --size 'S': expected B or L or XL or XXL or published
          --only nothing               | --only 'nothing': expected one of
          --only DiT-L/2               | --only 'DiT-L/2': expected one of
          --batch 0                    | --batch 0: expected 1 or more
          --repeats 0                  | --repeats 0: expected 1 or more
          --threads 0                  | --threads 0: expected 1 or more
          --backend none               | none
          --json x.json --svg ./x.json | --svg ./x.json: --json writes this file
          --json no-such-folder/x.json | no-such-folder
          --svg no-such-folder/x.svg   | no-such-folder
          """)
  void refusesWhatCannotBeCompared(String flags, String why) {
    CommandLineRun run = CommandLineRun.of(COMPARE, flags.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("arpg: ").contains(why).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  /** What the other process refuses is said here, in a line. */
  @Test
  void aProcessThatFailsSaysWhy() {
    assertThatThrownBy(() -> OwnProcess.run(List.of("compare", "--batch", "0")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("ended with 2: arpg: --batch 0: expected 1 or more");
  }
}
