package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqFiles;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code generate} makes, and that every flag changes what it should and nothing else. */
class GenerateTest extends GenerateFixture {
  /** The ids of a fast run with no other flag. */
  private static int[] usual;

  @BeforeAll
  static void decodeTheUsual(@TempDir Path once) {
    Path ids = once.resolve("usual.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(Stream.of("generate"), FAST.stream()).toList(),
            "--tokens",
            ids.toString(),
            "--out",
            once.resolve("usual.png").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    usual = TensorFile.open(ids).tensor("tokens").readInts();
  }

  @Test
  void writesPictureAnimationIdsAndReport() throws IOException {
    CommandLineRun run =
        generate("a", "--gif", folder.resolve("a.gif").toString(), "--class", "disk,heart");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .hasLineCount(1)
        .matches(
            "(?s).*a\\.png: 2 images, 4 steps, [0-9.]+ s, [0-9.]+ ms a step, peak memory [0-9]+ MiB"
                + " \\(.+\\)\\s*");
    assertThat(names()).containsExactly("a.gif", "a.json", "a.png", "a.safetensors");
    assertThat(ids("a")).hasSize(2 * 256);
    assertThat(TensorFile.open(folder.resolve("a.safetensors")).tensor("classes").readInts())
        .containsExactly(0, 9);
  }

  /** The picture is the ids through the codebook, each pixel of an image three of the sheet. */
  @Test
  void drawsTheIds() throws IOException {
    generate("a", "--count", "1");
    BufferedImage image = PatchCodebook.embedded().decode(TokenGrid.square(16), ids("a"));
    BufferedImage sheet = ImageIO.read(folder.resolve("a.png").toFile());
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 64; x++) {
        assertThat(sheet.getRGB(12 + 3 * x + 1, 12 + 3 * y + 1)).isEqualTo(image.getRGB(x, y));
      }
    }
  }

  /** The same ids through another tokenizer: pictures of 32x32 pixels, each six of the sheet. */
  @Test
  void drawsTheIdsByAVqTokenizer() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 512);
    generate("a", "--vq", vq.toString(), "--gif", folder.resolve("a.gif").toString());
    assertThat(ids("a")).isEqualTo(usual);
    BufferedImage image;
    try (Backend cpu = BackendProvider.named("cpu").open(BackendProvider.Settings.ofThreads(1))) {
      VqTokenizer tokenizer = VqTokenizer.load(cpu, VqCheckpoint.read(vq), DType.F32);
      image = tokenizer.decode(TokenGrid.square(16), Arrays.copyOf(usual, 256));
    }
    BufferedImage sheet = ImageIO.read(folder.resolve("a.png").toFile());
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        assertThat(sheet.getRGB(12 + 6 * x + 1, 12 + 6 * y + 1)).isEqualTo(image.getRGB(x, y));
      }
    }
    assertThat(json("a").at("/tokenizer/kind").asString()).isEqualTo("vq");
    assertThat(json("a").at("/tokenizer/file").asString()).isEqualTo(vq.toString());
    assertThat(json("a").at("/times/picture_seconds").asDouble()).isPositive();
    assertThat(folder.resolve("a.gif")).exists();
  }

  /** The embedded model holds what bf16 holds, so ids are the same; the tokenizer would not be. */
  @Test
  void pixelsOfATokenizerDoNotDependOnHowWeightsAreHeld() throws IOException {
    Path vq = VqFiles.write(folder.resolve("vq.safetensors"), 512);
    generate("wide", "--vq", vq.toString(), "--weights", "f32");
    generate("narrow", "--vq", vq.toString(), "--weights", "bf16");
    assertThat(folder.resolve("narrow.png")).hasSameBinaryContentAs(folder.resolve("wide.png"));
    assertThat(json("narrow").at("/backend/weights").asString()).isEqualTo("bf16");
  }

  @Test
  void animatesEveryStep() throws IOException {
    generate("a", "--gif", folder.resolve("a.gif").toString());
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(folder.resolve("a.gif").toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(1 + 4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--batch 1", "--batch 2", "--threads 1", "--threads 2"})
  void imagesDoNotDependOn(String flags) throws IOException {
    generate("other", flags.split(" "));
    assertThat(ids("other")).isEqualTo(usual);
  }

  @Test
  void aShardIsAPartOfTheRequest() throws IOException {
    generate("all", "--count", "4", "--class", "1,2,3");
    generate("shard", "--count", "2", "--first-image", "2", "--class", "1,2,3");
    assertThat(ids("shard")).isEqualTo(Arrays.copyOfRange(ids("all"), 2 * 256, 4 * 256));
    assertThat(json("shard").at("/images/0/image").asInt()).isEqualTo(2);
    assertThat(json("shard").at("/images/0/class").asInt()).isEqualTo(3);
    assertThat(json("shard").at("/images/1/class").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--class heart",
        "--steps 5",
        "--schedule arccos",
        "--cfg 3",
        "--cfg-schedule linear",
        "--temperature 0.9",
        "--top-k 2",
        "--top-p 0.5",
        "--seed 1",
        "--seed -4294967296",
        "--first-image 1",
        "--order raster",
        "--order shared",
        "--pass1 chunk"
      })
  void imagesDependOn(String flags) throws IOException {
    generate("other", flags.split(" "));
    assertThat(ids("other")).isNotEqualTo(usual);
  }

  @Test
  void narrowWeightsAreRounded() throws IOException {
    Path model = GoldenModel.file();
    int[][] drawn = new int[2][];
    for (String weights : List.of("f32", "bf16")) {
      generate(weights, "--weights", weights);
      assertThat(json(weights).at("/backend/weights").asString()).isEqualTo(weights);
      Path ids = folder.resolve("golden-" + weights + ".safetensors");
      CommandLineRun.of(
          "generate",
          "--model",
          model.toString(),
          "--weights",
          weights,
          "--count",
          "40",
          "--class",
          "0",
          "--tokens",
          ids.toString());
      drawn[weights.equals("f32") ? 0 : 1] = TensorFile.open(ids).tensor("tokens").readInts();
    }
    assertThat(drawn[1]).isNotEqualTo(drawn[0]);
    // The embedded model is stored in bf16, so holding it so rounds nothing.
    assertThat(ids("bf16")).isEqualTo(usual);
    assertThat(ids("f32")).isEqualTo(usual);
  }

  @Test
  void greedyIgnoresTheSeed() throws IOException {
    generate("a", "--temperature", "0", "--order", "raster", "--seed", "1");
    generate("b", "--temperature", "0", "--order", "raster", "--seed", "2");
    assertThat(ids("b")).isEqualTo(ids("a"));
  }

  @Test
  void theOracleDrawsTheSame() throws IOException {
    generate("cpu", "--count", "1", "--steps", "2");
    generate("oracle", "--count", "1", "--steps", "2", "--backend", "oracle");
    assertThat(ids("oracle")).isEqualTo(ids("cpu"));
    assertThat(json("oracle").at("/backend/name").asString()).isEqualTo("oracle");
    assertThat(json("oracle").at("/backend/compute_type").asString()).isEqualTo("f64");
  }

  @Test
  void theOptionsOfTheContractExist() {
    assertThat(CommandLineRun.of("generate", "--help").out())
        .contains(
            "--class",
            "--steps",
            "--schedule",
            "--cfg",
            "--cfg-schedule",
            "--temperature",
            "--top-k",
            "--top-p",
            "--seed",
            "--batch",
            "--count",
            "--first-image",
            "--order",
            "--pass1",
            "--backend",
            "--weights",
            "--threads",
            "--model",
            "--out",
            "--gif",
            "--tokens",
            "--vq",
            "--stacktrace");
  }
}
