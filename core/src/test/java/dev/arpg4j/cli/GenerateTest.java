package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqFiles;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code generate} makes, and that every flag changes what it should and nothing else. */
class GenerateTest {
  private static final List<String> FAST = List.of("--steps", "4", "--count", "2");

  /** The ids of a fast run with no other flag. */
  private static int[] usual;

  @TempDir Path folder;

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
        "--temperature 0.5",
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
    Path model = golden();
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
  void reportsWhichDeviceComputedInWhichType() throws IOException {
    generate("narrow", "--count", "1", "--steps", "2", "--backend", "emulated", "--device", "1");
    assertThat(json("narrow").at("/backend/compute_type").asString()).isEqualTo("f32");
    assertThat(json("narrow").at("/backend/weights").asString()).isEqualTo("f32");
    generate(
        "narrow",
        "--count",
        "1",
        "--steps",
        "2",
        "--backend",
        "emulated",
        "--device",
        "1",
        "--compute",
        "bf16");
    JsonNode backend = json("narrow").get("backend");
    assertThat(backend.get("name").asString()).isEqualTo("emulated");
    assertThat(backend.get("device").asString()).isEqualTo("emulated device 1");
    assertThat(backend.get("device_index").asInt()).isEqualTo(1);
    assertThat(backend.get("compute_type").asString()).isEqualTo("bf16");
    assertThat(backend.get("weights").asString()).isEqualTo("bf16");
  }

  /** Fifty MiB are free: half of them hold a few images of the embedded model, not thirty. */
  @Test
  void aDeviceDecodesTogetherWhatItsMemoryHolds() throws IOException {
    generate("device", "--count", "30", "--steps", "1", "--backend", "emulated");
    generate("host", "--count", "30", "--steps", "1");
    assertThat(json("device").at("/settings/batch").asInt()).isBetween(1, 29);
    assertThat(json("host").at("/settings/batch").asInt()).isEqualTo(30);
  }

  @Test
  void reportsEverySettingDefaultsIncluded() throws IOException {
    generate("a");
    JsonNode report = json("a");
    JsonNode settings = report.get("settings");
    assertThat(settings.propertyNames())
        .containsExactlyInAnyOrder(
            "class",
            "count",
            "first_image",
            "batch",
            "steps",
            "schedule",
            "cfg",
            "cfg_schedule",
            "temperature",
            "top_k",
            "top_p",
            "order",
            "pass1",
            "seed",
            "out",
            "tokens");
    assertThat(settings.get("schedule").asString()).isEqualTo("cosine");
    assertThat(settings.get("cfg").asDouble()).isEqualTo(1.75);
    assertThat(settings.get("cfg_schedule").asString()).isEqualTo("constant");
    assertThat(settings.get("pass1").asString()).isEqualTo("strict");
    assertThat(settings.get("order").asString()).isEqualTo("image");
    assertThat(settings.get("class")).hasSize(10);
    assertThat(report.get("plan").valueStream().mapToInt(JsonNode::asInt).sum()).isEqualTo(256);
    assertThat(report.get("backend").propertyNames())
        .containsExactlyInAnyOrder(
            "name", "device", "device_index", "compute_type", "weights", "threads");
    assertThat(report.at("/times/steps_ms/0")).hasSize(4);
    assertThat(report.get("version").asString()).isEqualTo(Version.current());
    assertThat(report.at("/machine/jdk").asString()).contains(Runtime.version().toString());
  }

  @Test
  void modelsWithoutCodebookGiveIds() throws IOException {
    Path ids = folder.resolve("ids.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "generate", "--model", golden().toString(), "--steps", "3", "--tokens", ids.toString());
    assertThat(run.err())
        .isEqualTo(
            "model.safetensors: 2+2-layer ARPG of width 32, 55,936 parameters, float32"
                + System.lineSeparator());
    assertThat(names()).containsExactly("ids.json", "ids.safetensors");
    assertThat(TensorFile.open(ids).metadata())
        .containsEntry("steps", "3")
        .containsEntry("seed", "0");
  }

  @Test
  void saysWhenWeightsAreHeldWider() {
    Path narrow = folder.resolve("narrow.safetensors");
    CommandLineRun.of("convert", golden().toString(), narrow.toString(), "--dtype", "bf16");
    List<String> arguments =
        List.of(
            "generate",
            "--model",
            narrow.toString(),
            "--count",
            "1",
            "--tokens",
            folder.resolve("ids.safetensors").toString());
    assertThat(CommandLineRun.of(arguments).err())
        .contains("bf16 and float32; held as float32 (--weights bf16 halves that)");
    assertThat(CommandLineRun.of(arguments, "--weights", "bf16").err())
        .contains("bf16 and float32")
        .doesNotContain("held as");
  }

  @Test
  void refusesWeightsThatAreNoNumbers() {
    TensorFile file = TensorFile.open(golden());
    SafetensorsWriter writer = new SafetensorsWriter().metadata(file.metadata());
    for (StoredTensor tensor : file.tensors().values()) {
      float[] values = tensor.readFloats();
      values[1] = tensor.name().equals("head.weight") ? Float.NaN : values[1];
      writer.floats(tensor.name(), tensor.shape(), values);
    }
    Path odd = folder.resolve("odd.safetensors");
    writer.write(odd);
    CommandLineRun run =
        CommandLineRun.of(
            "generate",
            "--model",
            odd.toString(),
            "--tokens",
            folder.resolve("ids.safetensors").toString());
    assertThat(run.err())
        .contains("arpg: " + odd + ": tensor head.weight holds NaN at [0, 1]; expected a number");
    assertThat(run.exitCode()).isEqualTo(2);
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

  /** A fast run that writes NAME.png, NAME.json and NAME.safetensors; later flags lead. */
  private CommandLineRun generate(String name, String... flags) {
    List<String> given = List.of(flags);
    List<String> arguments = new ArrayList<>(List.of("generate"));
    for (int i = 0; i < FAST.size(); i += 2) {
      if (!given.contains(FAST.get(i))) {
        arguments.addAll(FAST.subList(i, i + 2));
      }
    }
    arguments.addAll(given);
    arguments.addAll(List.of("--out", folder.resolve(name + ".png").toString()));
    arguments.addAll(List.of("--tokens", folder.resolve(name + ".safetensors").toString()));
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private int[] ids(String name) {
    return TensorFile.open(folder.resolve(name + ".safetensors")).tensor("tokens").readInts();
  }

  private JsonNode json(String name) {
    return JsonMapper.shared().readTree(folder.resolve(name + ".json").toFile());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static Path golden() {
    try {
      return Path.of(
          Objects.requireNonNull(
                  GenerateTest.class.getResource("/golden/arpg-micro/model.safetensors"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
