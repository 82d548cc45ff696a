package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.FolderLock;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a run leaves behind, by its flags. */
class TrainCommandTest extends TrainFixture {
  @Test
  void leavesAModelThatGenerateReads() throws IOException {
    CommandLineRun run =
        run(noisy(out, "--steps", "6", "--checkpoint-every", "2", "--sample-every", "4"));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .matches(
            "arpg, [0-9,]{5,6} parameters, on .*data\\.safetensors: 12 images, 3 held out;"
                + " 6 steps of 4 images, into .*run");
    assertThat(run.out().lines().reduce((before, last) -> last))
        .get()
        .asString()
        .matches(".*model\\.safetensors: 6 steps of 4 images, loss held out 1\\.\\d{4}");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "checkpoint.safetensors",
              "model.safetensors",
              "codebook.safetensors",
              "log.csv",
              "validation.csv",
              "loss.svg",
              "samples.png",
              FolderLock.FILE_NAME,
              "train.json");
    }
    assertThat(out.resolve("log.csv")).content().hasLineCount(7);
    assertThat(out.resolve("loss.svg")).content().contains("<polyline", "held out");
    assertThat(out.resolve("train.json"))
        .content()
        .contains("\"model.dim\" : \"16\"", "\"clip_norm\" : 1.0", "\"label_drop\" : 0.1")
        .contains("\"steps_done\" : 6", "\"images_seen\" : 24", "\"4\" : 1.", "\"0\" : 1.791");

    CommandLineRun generated =
        CommandLineRun.of(
            "generate",
            "--model",
            out.resolve("model.safetensors").toString(),
            "--out",
            folder.resolve("a.png").toString(),
            "--class",
            "b");
    assertThat(generated.exitCode()).as(generated.err()).isZero();
  }

  /** One cell a step, since no row says which comes next, also of more cells than usual steps. */
  @Test
  void withoutCrossLayersCellsAreDrawnOneByOne() {
    new SafetensorsWriter()
        .metadata("vocab_size", Integer.toString(SmallData.CODES))
        .metadata("class_names", "a,b,c")
        .metadata("grid", "9")
        .ints("train_codes", Shape.of(4, 81), new int[4 * 81])
        .ints("train_labels", Shape.of(4), SmallData.labels(4, 3))
        .ints("validation_codes", Shape.of(1, 81), new int[81])
        .ints("validation_labels", Shape.of(1), SmallData.labels(1, 3))
        .write(data);
    CommandLineRun run =
        run(begun(out, "--model-size", "n_self=2", "--steps", "3", "--sample-every", "2"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("not drawn");
    assertThat(out.resolve("samples.png")).exists();
  }

  @Test
  void whatWasTrainedInRasterIsDrawnInRaster() {
    run(begun(out, "--order", "raster", "--steps", "1"));
    CommandLineRun run = generated("--class", "b");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(folder.resolve("a.json"))
        .content()
        .contains("\"order\" : \"raster\"", "\"steps\" : 16");
  }

  @Test
  void whatIsBegunWithIsTrainedOnAsItWas() throws IOException {
    run(begun(out, "--order", "raster", "--steps", "1"));
    String init = out.resolve("model.safetensors").toString();
    Path on = folder.resolve("on");
    List<String> flags = flags(on, "--init", init, "--steps", "1", "--batch", "4");
    CommandLineRun run = run(flags);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(on.resolve("train.json")).content().contains("\"order\" : \"raster\"");

    Path chunked = folder.resolve("chunked");
    run(begun(chunked, "--chunks", "4", "--steps", "1"));
    refused(
        "--init: the model was trained in chunks; expected --chunks S beside it",
        "--out",
        folder.resolve("other").toString(),
        "--init",
        chunked.resolve("model.safetensors").toString());
  }

  @Test
  void whatWasTrainedInChunksIsDrawnInChunks() {
    run(begun(out, "--chunks", "4", "--steps", "1"));
    CommandLineRun run = generated("--class", "b", "--steps", "4");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(folder.resolve("a.json"))
        .content()
        .contains("\"order\" : \"corners\"", "\"pass1\" : \"chunk\"");
  }

  /** It has no null class, so that the usual share of dropped labels is 0 for it. */
  @Test
  void maskGitIsTrainedByTheDefaults() {
    CommandLineRun run = run(begun(out, "--variant", "maskgit", "--steps", "2", "--warm-up", "1"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(out.resolve("train.json")).content().contains("\"label_drop\" : 0.0");
  }

  @Test
  void anotherRunsSettingsAreARecipe() throws IOException {
    assertThat(run(noisy(out, "--steps", "3", "--weights", "bf16")).exitCode()).isZero();
    Path settings = out.resolve("train.json");
    Path again = folder.resolve("again");
    CommandLineRun run = run(flags(again, "--recipe", settings.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    Path model = again.resolve("model.safetensors");
    assertThat(model).hasSameBinaryContentAs(out.resolve("model.safetensors"));
    assertThat(
            run(flags(folder.resolve("other"), "--recipe", settings.toString(), "--seed", "1"))
                .exitCode())
        .isZero();
    assertThat(folder.resolve("other/train.json"))
        .content()
        .contains("\"seed\" : 1", "\"ema\" : 0.9", "\"weights\" : \"bf16\"");

    out = folder.resolve("next");
    Path bad = Files.writeString(folder.resolve("bad.json"), "{\"recipe\": {\"batch\": 0}}");
    refused("bad.json: recipe: variant is missing", "--recipe", bad.toString());
    Files.writeString(bad, "{\"recipe\": 1}");
    refused("bad.json: has no entry 'recipe'", "--recipe", bad.toString());
    Files.writeString(bad, "no");
    refused("bad.json: is no JSON: ", "--recipe", bad.toString());
    refused("nowhere.json: cannot be read", "--recipe", folder.resolve("nowhere.json").toString());
    refused("--recipe: the model is the file's", "--recipe", settings.toString(), "--dim", "16");
  }
}
