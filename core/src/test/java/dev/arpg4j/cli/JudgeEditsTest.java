package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code judge edits} says of a hidden quarter that was made anew. */
class JudgeEditsTest {
  private static final String GOLDEN = "src/test/resources/golden/arpg-micro/model.safetensors";

  @TempDir Path folder;

  @Test
  void saysNumbersOfMadeImagesBesideRealOnes() {
    CommandLineRun run = judge("a", "--steps", "64");
    assertThat(run.out())
        .contains("class share", "step at the seam", "more than the real one")
        .contains("40 held-out images, a quarter of each hidden; steps in levels of 0 .. 255");
    JsonNode rows = json("a").get("rows");
    assertThat(rows.valueStream().map(row -> row.get("name").asString()))
        .containsExactly(
            "real",
            "real, by the codebook",
            "real, hidden part by the codebook",
            "made, told the class",
            "made, not told");
    assertThat(rows.at("/0/class_share").asDouble()).isGreaterThan(0.9);
    assertThat(rows.at("/0/seam_step").asDouble()).isPositive();
    assertThat(rows.at("/0/seam_excess").asDouble()).isZero();
    assertThat(rows.at("/1/seam_excess").asDouble())
        .isNotEqualTo(rows.at("/2/seam_excess").asDouble())
        .isPositive();
    for (JsonNode row : rows) {
      assertThat(row.at("/class_share_by_images/0").asDouble())
          .isLessThanOrEqualTo(row.get("class_share").asDouble());
      assertThat(row.at("/seam_step_by_images/1").asDouble())
          .isGreaterThan(row.get("seam_step").asDouble());
    }
    assertThat(json("a").at("/settings/pass1").asString()).isEqualTo("strict");
    assertThat(json("a").at("/settings/known_order").asString()).isEqualTo("raster");
    assertThat(json("a").at("/settings/count").asInt()).isEqualTo(10);
  }

  /** Each cell for itself, and hot: what is made has no border in common with what is kept. */
  @Test
  void tellsWhatDoesNotGoWithTheRest() {
    judge("a", "--steps", "1", "--temperature", "100", "--batch", "7");
    JsonNode rows = json("a").get("rows");
    assertThat(rows.at("/3/seam_excess_by_images/0").asDouble())
        .isGreaterThan(rows.at("/2/seam_excess_by_images/1").asDouble());
    assertThat(rows.at("/3/class_share").asDouble())
        .isLessThan(rows.at("/0/class_share").asDouble());
  }

  @Test
  void batchesChangeNothing() {
    judge("a", "--steps", "2", "--count", "3", "--batch", "1");
    judge("b", "--steps", "2", "--count", "3", "--threads", "1");
    assertThat(json("b").get("rows")).isEqualTo(json("a").get("rows"));
    judge("c", "--steps", "2", "--count", "3", "--known-order", "random");
    assertThat(json("c").get("rows")).isNotEqualTo(json("a").get("rows"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--count 0 | --count 0: expected 1 or more",
        "--count 1000000000 | --count 1000000000: expected at most 100000",
        "--steps 65 | --steps 65: expected 1 .. 64, the cells to make",
        "--known-order up | --known-order 'up': expected raster or random",
        "--json absent/a.json | does not exist",
        "--model " + GOLDEN + " | pictures need the model's tokenizer: give --vq FILE",
      })
  void refusesWhatCannotBeJudged(String flags, String expected) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("judge", "edits"));
    arguments.addAll(List.of(flags.split(" ")));
    CommandLineRun.assertRefused(folder, expected, arguments.toArray());
  }

  private CommandLineRun judge(String name, String... flags) {
    List<String> words = new ArrayList<>(List.of("judge", "edits"));
    words.addAll(List.of(flags));
    if (!words.contains("--count")) {
      words.addAll(List.of("--count", "10"));
    }
    words.addAll(List.of("--json", folder.resolve(name + ".json").toString()));
    CommandLineRun run = CommandLineRun.of(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private JsonNode json(String name) {
    return JsonMapper.shared().readTree(folder.resolve(name + ".json").toFile());
  }
}
