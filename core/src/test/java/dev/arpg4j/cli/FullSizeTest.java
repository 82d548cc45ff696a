package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TorchSave;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * From files of the published sizes, in the containers they are published in, to ids: with random
 * weights, each command in a process of its own, as a user runs it. It takes minutes and 8 GB of
 * temporary files, so it waits for the thorough round.
 */
@EnabledIfSystemProperty(
    named = "arpg4j.thorough",
    matches = "true",
    disabledReason = "full-size checkpoints are written in the thorough round only")
class FullSizeTest {
  private static final double STANDARD_DEVIATION = 0.02;
  private static final Pattern PEAK = Pattern.compile("peak memory ([0-9]+) MiB \\(VmHWM\\)");

  /** What a process takes beside the weights: the JVM, one mapped tensor, caches, activations. */
  private static final long MIB_BESIDE_WEIGHTS = 1024;

  @TempDir Path folder;

  @Test
  void arpgLInFloat16() throws IOException, InterruptedException {
    Path model = folder.resolve("arpg_300m.pt");
    TorchSave.of(ElementType.F16).under("model").write(model, weights("ARPG-L"));
    wholePath(model, "arpg_300m.pt: ARPG-L, 319,845,376 parameters, float16", 610);
  }

  @Test
  void arpgXlInBf16() throws IOException, InterruptedException {
    Path model = folder.resolve("arpg_700m.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    weights("ARPG-XL").forEach(weight -> writer.add(weight, ElementType.BF16));
    writer.write(model);
    wholePath(model, "arpg_700m.safetensors: ARPG-XL, 718,997,760 parameters, bf16", 1372);
  }

  /** 5.2 GB: offsets need 64 bits, and float32 weights would not fit the memory asked for. */
  @Test
  void arpgXxlInFloat32() throws IOException, InterruptedException {
    Path model = folder.resolve("arpg_1b.pt");
    TorchSave.of(ElementType.F32).under("model").write(model, weights("ARPG-XXL"));
    wholePath(model, "arpg_1b.pt: ARPG-XXL, 1,302,449,664 parameters, float32", 2485);
  }

  /** A picture of VQ-16 is mended, and made a higher one. */
  @Test
  void arpgLAndVq16Edit() throws IOException, InterruptedException {
    Path model = folder.resolve("arpg_300m.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    weights("ARPG-L").forEach(weight -> writer.add(weight, ElementType.BF16));
    writer.write(model);
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), VqConfig.published());
    BufferedImage picture = EditFiles.plain(256, 256, 0x2A9D67);
    EditFiles.fill(picture, 50, 60, 120, 90, 0xD64541);
    Path file = EditFiles.write(folder.resolve("in.png"), picture);
    for (String edit :
        List.of(
            "inpaint --rect 64,64,100,100",
            "expand --to 256x384 --by rope",
            "expand --to 256x384 --by windows")) {
      Path out = folder.resolve("out.png");
      List<String> words = new ArrayList<>(List.of("edit"));
      words.addAll(List.of(edit.split(" ")));
      words.addAll(List.of("--model", model.toString(), "--vq", vq.toString()));
      words.addAll(List.of("--weights", "bf16", "--steps", "3", "--class", "207"));
      words.addAll(List.of("--out", out.toString(), file.toString()));
      run(words.toArray(String[]::new));
      BufferedImage made = PictureFile.read(out);
      boolean larger = edit.startsWith("expand");
      assertThat(made.getHeight()).isEqualTo(larger ? 384 : 256);
      // What is kept comes back, at its place: in the middle of the larger picture.
      assertThat(made.getRGB(0, larger ? 64 : 0, 256, 48, null, 0, 256))
          .isEqualTo(picture.getRGB(0, 0, 256, 48, null, 0, 256));
    }
  }

  /** Generates from the file and from its conversion: the same ids, in memory that is stated. */
  private void wholePath(Path model, String log, long weightsMebibytes)
      throws IOException, InterruptedException {
    Run original = generate(model);
    assertThat(original.err()).contains(log);
    assertPeakBelow(weightsMebibytes + MIB_BESIDE_WEIGHTS, original);
    int[] ids = ids();

    Path converted = folder.resolve("converted.safetensors");
    Run conversion = run("convert", model.toString(), converted.toString(), "--dtype", "bf16");
    assertPeakBelow(MIB_BESIDE_WEIGHTS, conversion);
    Files.delete(model);

    Run again = generate(converted);
    assertThat(again.err()).contains("parameters, bf16 and float32");
    assertThat(ids()).isEqualTo(ids);
    Files.delete(converted);
  }

  private Run generate(Path model) throws IOException, InterruptedException {
    return run(
        "generate",
        "--model",
        model.toString(),
        "--weights",
        "bf16",
        "--steps",
        "3",
        "--class",
        "207",
        "--tokens",
        folder.resolve("ids.safetensors").toString());
  }

  private int[] ids() {
    return TensorFile.open(folder.resolve("ids.safetensors")).tensor("tokens").readInts();
  }

  private static void assertPeakBelow(long mebibytes, Run run) {
    Matcher peak = PEAK.matcher(run.out());
    // Other systems than Linux do not tell; the line says so then.
    if (peak.find()) {
      assertThat(Long.parseLong(peak.group(1))).as(run.out()).isLessThan(mebibytes);
    }
  }

  private static List<WeightSource> weights(String name) {
    ArpgConfig config = Zoo.named(name).orElseThrow();
    RandomWeights random = new RandomWeights(config, 1, STANDARD_DEVIATION);
    return config.parameters().stream().map(each -> random.of(each.name())).toList();
  }

  private record Run(String out, String err) {}

  /** One command in a JVM with the flags of the script {@code arpg}. */
  private Run run(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "-XX:+UseParallelGC",
            "-XX:-UsePerfData",
            "-Xms192m",
            "-Xmn96m",
            "-Xmx5g",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      int exitCode = process.waitFor();
      Run run = new Run(text(out), text(err));
      assertThat(exitCode).as(run.err()).isZero();
      return run;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
