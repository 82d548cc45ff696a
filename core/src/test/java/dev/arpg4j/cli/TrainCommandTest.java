package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.FolderLock;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqFiles;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a model of a few thousand parameters on 12 images of 4x4 cells. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainCommandTest {
  private static final int CELLS = 16;
  private static final int CODES = 6;

  /** What a run says of itself where there is no terminal. */
  private static final String WORDS =
      "loss \\d\\.\\d{4}, [0-9.]+ images/s, learning rate [0-9.e-]+, \\d:\\d\\d:\\d\\d left";

  @TempDir Path folder;
  private Path data;
  private Path out;

  @BeforeEach
  void data() {
    data = folder.resolve("data.safetensors");
    out = folder.resolve("run");
    new SafetensorsWriter()
        .metadata("vocab_size", Integer.toString(CODES))
        .metadata("class_names", "a,b,c")
        .metadata("grid", "4")
        .ints("train_codes", Shape.of(12, CELLS), codes(12))
        .ints("train_labels", Shape.of(12), labels(12))
        .ints("validation_codes", Shape.of(3, CELLS), codes(3))
        .ints("validation_labels", Shape.of(3), labels(3))
        .write(data);
    new SafetensorsWriter()
        .floats("codebook", Shape.of(CODES, 12), new float[CODES * 12])
        .write(folder.resolve("codebook.safetensors"));
  }

  private static int[] codes(int images) {
    int[] codes = new int[images * CELLS];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = i * i % CODES;
    }
    return codes;
  }

  private static int[] labels(int images) {
    int[] labels = new int[images];
    for (int i = 0; i < images; i++) {
      labels[i] = i % 3;
    }
    return labels;
  }

  /** The flags of a small run. */
  private List<String> flags(Path into, String... more) {
    List<String> flags = new ArrayList<>();
    flags.addAll(List.of("train", "--data", data.toString(), "--out", into.toString()));
    flags.addAll(List.of("--threads", "2"));
    flags.addAll(List.of(more));
    return flags;
  }

  /** The same of a run that begins. */
  private List<String> begun(Path into, String... more) {
    List<String> flags = flags(into, more);
    flags.addAll(List.of("--dim", "16", "--heads", "2", "--layers", "2", "--batch", "4"));
    flags.addAll(List.of("--micro-batch", "3"));
    return flags;
  }

  /** The same with something random in it and an average beside it. */
  private List<String> noisy(Path into, String... more) {
    List<String> flags = begun(into, more);
    flags.addAll(List.of("--warm-up", "2", "--dropout", "0.1", "--ema", "0.9"));
    return flags;
  }

  private static CommandLineRun run(List<String> flags) {
    return CommandLineRun.of(flags);
  }

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
        .metadata("vocab_size", Integer.toString(CODES))
        .metadata("class_names", "a,b,c")
        .metadata("grid", "9")
        .ints("train_codes", Shape.of(4, 81), new int[4 * 81])
        .ints("train_labels", Shape.of(4), labels(4))
        .ints("validation_codes", Shape.of(1, 81), new int[81])
        .ints("validation_labels", Shape.of(1), labels(1))
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
  void whatWasTrainedInChunksIsDrawnInChunks() {
    run(begun(out, "--chunks", "4", "--steps", "1"));
    CommandLineRun run = generated("--class", "b", "--steps", "4");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(folder.resolve("a.json"))
        .content()
        .contains("\"order\" : \"image\"", "\"pass1\" : \"chunk\"");
  }

  private CommandLineRun generated(String... flags) {
    List<String> all = new ArrayList<>(List.of("generate", "--model"));
    all.add(out.resolve("model.safetensors").toString());
    all.addAll(List.of("--out", folder.resolve("a.png").toString()));
    all.addAll(List.of(flags));
    return run(all);
  }

  /** It has no null class, so that the usual share of dropped labels is 0 for it. */
  @Test
  void maskGitIsTrainedByTheDefaults() {
    CommandLineRun run = run(begun(out, "--variant", "maskgit", "--steps", "2", "--warm-up", "1"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(out.resolve("train.json")).content().contains("\"label_drop\" : 0.0");
  }

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
        .metadata("vocab_size", Integer.toString(CODES))
        .ints("train_codes", Shape.of(12, CELLS), codes(12))
        .ints("train_labels", Shape.of(12), labels(12))
        .write(data);
    assertThat(run(begun(out, "--classes", "5", "--steps", "1", "--warm-up", "0")).exitCode())
        .isZero();
    CommandLineRun generated = generated("--class", "4");
    assertThat(generated.exitCode()).as(generated.err()).isZero();
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

  /**
   * Killed by the system at any moment, then without space for another checkpoint, then gone on
   * with: the bits of a run that nothing happened to.
   */
  @Test
  void aKilledRunGoesOnToTheSameBits() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    String[] length = {"--steps", "40", "--sample-every", "3"};
    assertThat(run(noisy(whole, length)).exitCode()).isZero();

    Process killed = start(List.of(), noisy(out, length));
    try (BufferedReader lines = killed.errorReader()) {
      assertThat(lines.lines().anyMatch(line -> line.matches("training: 3 of 40, " + WORDS)))
          .isTrue();
    } finally {
      killed.destroyForcibly().waitFor();
    }
    Path left = Files.createFile(out.resolve(".arpg4j-" + killed.pid() + "-77.tmp"));
    byte[] before = Files.readAllBytes(out.resolve("checkpoint.safetensors"));

    List<String> resumed = flags(out, "--resume", "--steps", "40", "--sample-every", "3");
    Process full = start(List.of("sh", "-c", "ulimit -f 16; exec \"$@\"", "sh"), resumed);
    try (BufferedReader errors = full.errorReader()) {
      assertThat(errors.lines().filter(line -> !line.startsWith("WARNING: ")))
          .singleElement()
          .asString()
          .matches("arpg: .*: cannot be written: File too large");
      assertThat(full.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(full.exitValue()).isEqualTo(2);
    } finally {
      full.destroyForcibly();
    }
    assertThat(out.resolve("checkpoint.safetensors")).hasBinaryContent(before);

    CommandLineRun last = run(resumed);
    assertThat(last.exitCode()).as(last.err()).isZero();
    assertThat(left).doesNotExist();
    for (String name :
        List.of("checkpoint.safetensors", "model.safetensors", "log.csv", "validation.csv")) {
      assertThat(out.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }

  @Test
  void aSignalEndsItAfterTheStepWithACheckpoint() throws IOException, InterruptedException {
    int signal = InterruptTest.effectiveInterrupt();
    Process train = start(List.of(), noisy(out, "--steps", "100000", "--sample-every", "2"));
    try (BufferedReader lines = train.inputReader();
        BufferedReader signs = train.errorReader()) {
      assertThat(signs.lines().anyMatch(line -> line.startsWith("training: 2 of "))).isTrue();
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(train.pid())).start();
      assertThat(kill.waitFor()).isZero();
      String last = lines.lines().reduce("", (before, line) -> line);
      assertThat(train.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(train.exitValue()).isEqualTo(128 + signal);
      String step = TensorFile.open(out.resolve("checkpoint.safetensors")).metadata().get("step");
      assertThat(last).isEqualTo("stopped after step " + step + "; --resume goes on");
    } finally {
      train.destroyForcibly();
    }
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  void aNumberThatIsNoneStopsTheRunAndKeepsTheCheckpoint() {
    CommandLineRun run =
        run(
            begun(
                out,
                "--steps",
                "9",
                "--lr",
                "3.3e37",
                "--warm-up",
                "0",
                "--weight-decay",
                "0",
                "--checkpoint-every",
                "1"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .matches("arpg: step 1: loss .*: \\w+ #\\d+ in .*; the checkpoint of step 1 is kept\\R");
    assertThat(TensorFile.open(out.resolve("checkpoint.safetensors")).metadata())
        .containsEntry("step", "1");
  }

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

  /** Codes that lie elsewhere and do not say how many there can be, and how many are held out. */
  @Test
  void aRunThatGoesOnKnowsItsDataAndWhatItWasAskedFor() throws IOException {
    Files.delete(folder.resolve("codebook.safetensors"));
    new SafetensorsWriter()
        .ints("train_codes", Shape.of(40, CELLS), codes(40))
        .ints("train_labels", Shape.of(40), labels(40))
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
    String refusal = "--vocabulary 8: the run was begun with 9; expected the same, or none, beside";
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

  private void refused(String message, String... flags) throws IOException {
    List<String> all = new ArrayList<>(List.of("train"));
    if (!List.of(flags).contains("--data")) {
      all.addAll(List.of("--data", data.toString()));
    }
    if (!List.of(flags).contains("--out")) {
      all.addAll(List.of("--out", out.toString()));
    }
    all.addAll(List.of(flags));
    CommandLineRun.assertRefused(folder, message, all.toArray());
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
    int[] other = codes(12);
    other[0]++;
    new SafetensorsWriter()
        .metadata("vocab_size", Integer.toString(CODES))
        .metadata("class_names", "a,b,c")
        .metadata("grid", "4")
        .ints("train_codes", Shape.of(12, CELLS), other)
        .ints("train_labels", Shape.of(12), labels(12))
        .write(data);
    refused(file + ": data.", "--resume");
  }

  private Process start(List<String> under, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules=jdk.incubator.vector", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder train = new ProcessBuilder(command);
    // What the system says of a full disk is said in its user's language.
    train.environment().put("LC_ALL", "C");
    return train.start();
  }
}
