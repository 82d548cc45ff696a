package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.tokenizer.VqFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code judge} says of the embedded model, and what it refuses. */
class JudgeCommandTest {
  private static final String GOLDEN = "src/test/resources/golden/arpg-micro/model.safetensors";

  @TempDir Path folder;

  @Test
  void judgesSamplesBesideRealImages() {
    CommandLineRun run = judge("a", "--steps", "1", "--count", "70", "--seeds", "2");
    assertThat(run.out())
        .contains("distance", "class share", "images/s")
        .contains("real, held out", "real, by the codebook", "drawn")
        .contains("disk", "heart")
        .contains("2 seeds of 70 images; distance to 10000 training images");
    JsonNode rows = json("a").get("rows");
    assertThat(rows.valueStream().map(row -> row.get("name").asString()))
        .containsExactly("real, held out", "real, by the codebook", "drawn");
    for (JsonNode row : rows) {
      double distance = row.get("distance").asDouble();
      assertThat(row.at("/distance_by_images/0").asDouble()).isBetween(0.0, distance);
      assertThat(row.at("/distance_by_images/1").asDouble()).isGreaterThan(distance);
      assertThat(row.at("/distance_by_seeds/1").asDouble()).isGreaterThanOrEqualTo(distance);
      assertThat(row.at("/distance_of_seeds/0").asDouble())
          .isNotEqualTo(row.at("/distance_of_seeds/1").asDouble());
      assertThat(row.get("class_share_of_classes")).hasSize(10);
    }
    assertThat(rows.at("/0/class_share").asDouble()).isGreaterThan(0.97);
    // One step draws every cell for itself: no figure, and far away.
    assertThat(rows.at("/2/class_share").asDouble()).isLessThan(0.6);
    assertThat(rows.at("/2/distance").asDouble())
        .isGreaterThan(2 * rows.at("/0/distance").asDouble());
    assertThat(rows.at("/2/images_per_second").asDouble()).isPositive();
    assertThat(json("a").at("/settings/steps").asInt()).isEqualTo(1);
    assertThat(json("a").at("/settings/seeds").asInt()).isEqualTo(2);
    assertThat(json("a").at("/model/name").asString()).isEqualTo("shapes10");
    theSecondSeedIsJudgedAlike(rows);
  }

  /**
   * Batches change nothing, nor does where the codebook lies; one seed says nothing of others;
   * seeds count from --seed.
   */
  private void theSecondSeedIsJudgedAlike(JsonNode both) {
    Path mine = folder.resolve("mine.safetensors");
    PatchCodebook.embedded().write(mine);
    List<String> same = List.of("--steps", "1", "--count", "70", "--seeds", "1", "--seed", "1");
    judge("b", same, "--batch", "7", "--codebook", mine.toString());
    assertThat(json("b").at("/tokenizer/file").asString()).isEqualTo(mine.toString());
    JsonNode drawn = json("b").at("/rows/2");
    assertThat(drawn.get("distance")).isEqualTo(both.at("/2/distance_of_seeds/1"));
    assertThat(drawn.has("distance_by_seeds")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--count 0 | --count 0: expected 1 or more",
        "--count 64 | --count 64: expected 65 or more, one more than there are features",
        "--seeds 0 | --seeds 0: expected 1 or more",
        "--seeds 3000000 | --seeds 3000000: expected at most 2147483 of --count 1000",
        "--data cats | --data cats: expected shapes10, the images that there is a classifier of",
        "--json absent/a.json | does not exist",
        "--codebook absent | --vq absent: no such file",
        "--model " + GOLDEN + " | pictures need the model's tokenizer: give --vq FILE",
        "--batch 0 | --batch 0: expected 1 or more"
      })
  void refusesWhatItCannotJudge(String flags, String expected) throws IOException {
    CommandLineRun.assertRefused(
        folder,
        expected,
        Stream.concat(Stream.of("judge"), Arrays.stream(flags.split(" "))).toArray());
  }

  @Test
  void refusesOtherClassesAndOtherSizes() throws IOException {
    Path small = VqFiles.write(folder.resolve("small.safetensors"), 64);
    CommandLineRun.assertRefused(
        folder,
        "--model " + GOLDEN + ": has 7 classes; expected those of shapes10, disk, square",
        "judge",
        "--model",
        GOLDEN,
        "--vq",
        small);
    Path coarse = VqFiles.write(folder.resolve("coarse.safetensors"), 512);
    CommandLineRun.assertRefused(
        folder,
        "--model shapes10: makes images of 32x32 pixels; expected the 64x64 of shapes10",
        "judge",
        "--vq",
        coarse);
  }

  private CommandLineRun judge(String name, List<String> flags, String... more) {
    return judge(name, Stream.concat(flags.stream(), Arrays.stream(more)).toArray(String[]::new));
  }

  private CommandLineRun judge(String name, String... flags) {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(Stream.of("judge"), Arrays.stream(flags)).toList(),
            "--json",
            folder.resolve(name + ".json").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private JsonNode json(String name) {
    return JsonMapper.shared().readTree(folder.resolve(name + ".json").toFile());
  }
}
