package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.io.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused, in one line, before anything is lost. */
class TrainRefusalTest extends TrainFixture {
  @Test
  void badInputIsRefusedInOneLine() throws IOException {
    refused("variant 'gpt' is not known; known are arpg", "--variant", "gpt");
    refused("heads", "--heads", "3");
    refused("size n_elf: arpg has ", "--model-size", "n_elf=1");
    refused("steps 0: expected 1 or more", "--steps", "0");
    refused("--images and --steps: expected one of them", "--steps", "1", "--images", "1");
    refused("learning_rate -1.0: expected a number above 0", "--lr", "-1");
    refused("label_drop 2: expected 0 .. 1", "--label-drop", "2");
    refused("order is spiral, which is not known", "--order", "spiral");
    // Before any images are prepared: there are none.
    String[] masked = {"--data", "nowhere", "--variant", "maskgit", "--label-drop", "0.1"};
    refused("label_drop 0.1 (--label-drop): ", masked);
    refused("order raster (--order): nar is ", "--variant", "nar", "--order", "raster");
    refused("chunks 8 (--chunks): randar at ", "--variant", "randar", "--chunks", "8");
    refused("--checkpoint-every 0: expected 1 or more", "--checkpoint-every", "0");
    refused("--resume: no checkpoint.safetensors in ", "--resume");
    for (String reserved : List.of("-1", "2")) {
      refused(
          "shapes10:100: the pictures of --data-seed " + reserved + " judge others; expected",
          "--data",
          "shapes10:100",
          "--data-seed",
          reserved);
    }
    refused("--data nowhere: no such data; expected ", "--data", "nowhere");
    String few = "--data shapes10:9: codebook: 512 codes, expected at most as many as there are ";
    refused(few, "--data", "shapes10:9");
    refused("patches, 301; --codes says how many", "--data", "shapes10:9");
    refused("variant var: has 30 tokens for an image of 4x4 cells", "--variant", "var");
    refused("--out " + data + ": is a file; expected a folder", "--out", data.toString());
    refused("are pictures, encoded here", "--data", "shapes10:9", "--vocabulary", "5");
    refused("are pictures, encoded here", "--data", "shapes10:9", "--classes", "10");
    refused("are no pictures; expected no --vq", "--patch", "4");
    refused("are no pictures; expected no --vq", "--codes", "4");
    refused("has 3 classes, expected 4 as --classes says", "--classes", "4");
    refused("--classes 0: expected 1 or more", "--classes", "0");
    refused("codebook: patch side 300, expected 1 .. 256", "--patch", "300");
    String shapes = "shapes10:9: is encoded by --vq; expected no --codes";
    refused(shapes, "--data", "shapes10:9", "--vq", "a.pt", "--codes", "5");
    refused("--vq a.pt: no such file", "--data", "shapes10:9", "--vq", "a.pt");
    refused("has codes out of 6, expected 5 as --vocabulary says", "--vocabulary", "5");
  }

  /** Data that is not there is found out later than flags that no data could make right. */
  @Test
  void flagsAreLookedAtBeforeData() throws IOException {
    data = folder.resolve("nowhere");
    refused("variant 'gpt' is not known", "--variant", "gpt");
    refused("learning_rate -1.0", "--lr", "-1");
    refused("dropout 2: expected", "--dropout", "2");
    refused("steps 0: expected", "--steps", "0");
    refused("warm_up 9: expected fewer than steps, 9", "--steps", "9", "--warm-up", "9");
    refused("heads", "--heads", "3");
    refused("nowhere.json: cannot be read", "--recipe", folder.resolve("nowhere.json").toString());
    refused("no such data", "--order", "raster");
  }

  @Test
  void whatARunIsGoneOnWithIsLookedAtBeforeData() throws IOException {
    assertThat(run(begun(out, "--steps", "1")).exitCode()).isZero();
    data = folder.resolve("nowhere");
    refused("recipe.batch is 4; this run's is 5", "--resume", "--batch", "5");
    refused("recipe.weights is f32; this run's is bf16", "--resume", "--weights", "bf16");
    refused("no such data", "--resume");
  }

  @Test
  void aFolderIsForOneRunAtATime() throws IOException {
    assertThat(run(begun(out, "--steps", "1")).exitCode()).isZero();
    try (FolderLock _ = FolderLock.of(out)) {
      refused("run: is being written by another run", "--resume");
    }
    Path other = Files.createDirectory(folder.resolve("other"));
    try (FolderLock _ = FolderLock.of(other)) {
      CommandLineRun.assertRefused(
          folder, "other: is being written by another run", begun(other, "--steps", "1").toArray());
    }
  }

  @Test
  void anotherRunIsNotWrittenOverOrGoneOnWithAsIfItWereThis() throws IOException {
    assertThat(run(begun(out, "--steps", "1")).exitCode()).isZero();
    CommandLineRun.assertRefused(
        folder, "has a run in it; expected --resume", flags(out, "--steps", "1").toArray());
    String file = out.resolve("checkpoint.safetensors").toString();
    refused("recipe.batch is 4; this run's is 5", "--resume", "--batch", "5");
    refused("recipe.seed is 0; this run's is 1", "--resume", "--seed", "1");
    refused("recipe.weights is f32; this run's is bf16", "--resume", "--weights", "bf16");
    refused("--resume: the model is the checkpoint's", "--resume", "--dim", "16");
    images(1).write(data);
    refused(file + ": data.", "--resume");
  }
}
