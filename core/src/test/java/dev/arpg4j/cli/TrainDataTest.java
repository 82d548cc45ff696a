package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What a run is trained on, and that it goes on with the same. */
class TrainDataTest extends TrainFixture {
  /** Codes are kept, so going on needs no tokenizer; drawing does. */
  @Test
  void picturesAreEncodedByAVqTokenizer() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 50);
    CommandLineRun run = run(onPictures("--vq", vq.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(TensorFile.open(out.resolve("codes.safetensors")).metadata())
        .containsEntry("vocab_size", "50")
        .containsEntry("grid", "4x4")
        .containsEntry("class_names", "cat,dog");
    assertThat(out.resolve("codebook.safetensors")).doesNotExist();
    Files.move(vq, folder.resolve("moved.safetensors"));
    run = run(List.of("train", "--resume", "--out", out.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    CommandLineRun.assertRefused(
        folder,
        "--vq moved.safetensors: the run was begun with " + vq + "; expected the same, or none",
        "train",
        "--resume",
        "--out",
        out.toString(),
        "--vq",
        "moved.safetensors");
    CommandLineRun drawn =
        generated("--vq", folder.resolve("moved.safetensors").toString(), "--class", "dog");
    assertThat(drawn.exitCode()).as(drawn.err()).isZero();
  }

  @Test
  void picturesAreEncodedByPatchesOfAnySide() throws IOException {
    CommandLineRun run = run(onPictures("--codes", "7", "--patch", "2"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(TensorFile.open(out.resolve("codebook.safetensors")).tensor("codebook").shape())
        .isEqualTo(Shape.of(7, 12));
    assertThat(out.resolve("train.json"))
        .content()
        .contains("\"codes\" : 7", "\"patch\" : 2", "\"held_out\" : 500", "\"data_seed\" : 0");
  }

  @Test
  void theUsualPatchIsTold() throws IOException {
    CommandLineRun run = run(onPictures("--codes", "7"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(out.resolve("train.json")).content().contains("\"codes\" : 7", "\"patch\" : 4");
  }

  private List<String> onPictures(String... more) throws IOException {
    Path pictures = folder.resolve("pictures");
    for (int i = 0; i < 6; i++) {
      BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 64; pixel++) {
        picture.setRGB(pixel % 8, pixel / 8, (pixel + 1) * (i + 1) * 0x10203);
      }
      Path file = pictures.resolve((i % 2 == 0 ? "cat/" : "dog/") + i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(picture, "png", file.toFile());
    }
    List<String> flags = begun(out, more);
    flags.set(flags.indexOf(data.toString()), pictures.toString());
    flags.addAll(List.of("--steps", "1", "--warm-up", "0"));
    return flags;
  }

  /** Files without names tell of the labels they have, which may not be all. */
  @Test
  void moreClassesThanLabelsMayBeTold() {
    new SafetensorsWriter()
        .metadata("vocab_size", Integer.toString(SmallData.CODES))
        .ints("train_codes", Shape.of(12, SmallData.CELLS), SmallData.codes(12, 0))
        .ints("train_labels", Shape.of(12), SmallData.labels(12, 3))
        .write(data);
    assertThat(run(begun(out, "--classes", "5", "--steps", "1", "--warm-up", "0")).exitCode())
        .isZero();
    CommandLineRun generated = generated("--class", "4");
    assertThat(generated.exitCode()).as(generated.err()).isZero();
  }

  /** Codes that lie elsewhere and do not say how many there can be, and how many are held out. */
  @Test
  void aRunThatGoesOnKnowsItsDataAndWhatItWasAskedFor() throws IOException {
    Files.delete(folder.resolve("codebook.safetensors"));
    new SafetensorsWriter()
        .ints("train_codes", Shape.of(40, SmallData.CELLS), SmallData.codes(40, 0))
        .ints("train_labels", Shape.of(40), SmallData.labels(40, 3))
        .write(data);
    List<String> first = begun(out, "--steps", "3", "--vocabulary", "9", "--held-out", "2");
    first.addAll(List.of("--data-seed", "7", "--checkpoint-every", "1"));
    CommandLineRun begun = run(first);
    assertThat(begun.exitCode()).as(begun.err()).isZero();
    Path json = out.resolve("train.json");
    assertThat(json)
        .content()
        .contains("\"data_seed\" : 7", "\"held_out\" : 2", "\"vocabulary\" : 9")
        .contains("\"checkpoint_every\" : 1", "\"sample_every\" : 1000")
        .contains("\"resumes\" : [ ]", "\"timed_steps\" : 3");

    List<String> resume = List.of("train", "--out", out.toString(), "--resume");
    refusedToGoOn(resume, "--held-out 3: the run was begun with 2", "--held-out", "3");
    refusedToGoOn(resume, "--data-seed 0: the run was begun with 7", "--data-seed", "0");
    String refusal = "--vocabulary 8: the run was begun with 9; expected the same, or none, to go";
    refusedToGoOn(resume, refusal, "--vocabulary", "8");
    refusedToGoOn(resume, "--classes 4: the run was begun with none", "--classes", "4");
    CommandLineRun again = run(resume);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(json)
        .content()
        .contains("\"data\" : \"" + data, "\"--data-seed\", \"7\"", "\"at_step\" : 3")
        .contains("\"timed_steps\" : 3");

    Files.delete(json);
    refusedToGoOn(resume, "train.json does not say what data; expected --data beside it");
  }

  private void refusedToGoOn(List<String> resume, String message, String... more)
      throws IOException {
    List<String> flags = new ArrayList<>(resume);
    flags.addAll(List.of(more));
    CommandLineRun.assertRefused(folder, message, flags.toArray());
  }
}
