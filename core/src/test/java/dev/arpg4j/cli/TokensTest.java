package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code tokens encode} and {@code tokens decode} make. */
class TokensTest {
  private TokensFolder files;

  @BeforeEach
  void files(@TempDir Path folder) {
    files = TokensFolder.in(folder);
  }

  private <T> T onCpu(Function<VqTokenizer, T> work) {
    try (Backend cpu = BackendProvider.named("cpu").open(BackendProvider.Settings.ofThreads(1))) {
      return work.apply(VqTokenizer.load(cpu, VqCheckpoint.read(files.vq()), DType.F32));
    }
  }

  private static CommandLineRun run(Object... arguments) {
    CommandLineRun run =
        CommandLineRun.of(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private JsonNode json(String name) {
    return JsonMapper.shared().readTree(files.at(name).toFile());
  }

  @Test
  void encodesPictures() throws IOException {
    Path a = files.picture("a.png", 10, 6, 0);
    Path b = files.picture("b.png", 10, 6, 5);
    CommandLineRun run =
        run("tokens", "encode", "--vq", files.vq(), a, b, "--out", files.at("t.safetensors"));
    assertThat(run.out())
        .hasLineCount(1)
        .matches("(?s).*t\\.safetensors: 2 images of 3x5 cells, [0-9.]+ s, peak memory .*");
    TensorFile file = TensorFile.open(files.at("t.safetensors"));
    assertThat(file.tensor("tokens").shape()).isEqualTo(Shape.of(2, 15));
    int[] expected =
        onCpu(
            tokenizer ->
                Stream.of(a, b)
                    .map(path -> tokenizer.encode(Pixels.of(read(path))))
                    .flatMapToInt(Arrays::stream)
                    .toArray());
    assertThat(file.tensor("tokens").readInts()).isEqualTo(expected);
    assertThat(json("t.json").at("/command").asString()).isEqualTo("tokens encode");
    assertThat(json("t.json").at("/tokenizer/codes").asInt()).isEqualTo(TokensFolder.CODES);
    assertThat(json("t.json").at("/images")).hasSize(2);
    assertThat(json("t.json").at("/backend/name").asString()).isEqualTo("cpu");
  }

  private static BufferedImage read(Path picture) {
    try {
      return ImageIO.read(picture.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void decodesToAFolderPixelByPixel() throws IOException {
    run("tokens", "decode", "--vq", files.vq(), files.tokens(2), "--out", files.at("pictures"));
    try (Stream<Path> made = Files.list(files.at("pictures"))) {
      assertThat(made.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("000000.png", "000001.png", "run.json");
    }
    for (int image = 0; image < 2; image++) {
      int[] ids = TokensFolder.ids(image);
      BufferedImage expected = onCpu(tokenizer -> tokenizer.decode(TokensFolder.GRID, ids));
      BufferedImage found = read(files.at("pictures").resolve("00000" + image + ".png"));
      assertThat(found.getWidth()).isEqualTo(10);
      assertThat(pixels(found)).isEqualTo(pixels(expected));
    }
    assertThat(json("pictures/run.json").at("/times/decode_seconds").asDouble()).isPositive();
  }

  /** A folder in the place of the second picture ends the work, as an interrupt would. */
  @Test
  void picturesMadeBeforeAnEndAreKept() throws IOException {
    Files.createDirectories(files.at("pictures/000001.png"));
    Path ids = files.tokens(3);
    CommandLineRun run =
        CommandLineRun.of(
            "tokens",
            "decode",
            "--vq",
            files.vq().toString(),
            ids.toString(),
            "--out",
            files.at("pictures").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("000001.png: is a folder").hasLineCount(1);
    int[] kept = TokensFolder.ids(0);
    assertThat(pixels(read(files.at("pictures/000000.png"))))
        .isEqualTo(pixels(onCpu(tokenizer -> tokenizer.decode(TokensFolder.GRID, kept))));
    assertThat(files.at("pictures/000002.png")).doesNotExist();
    assertThat(files.at("pictures/run.json")).doesNotExist();
  }

  @Test
  void decodesToOneSheet() throws IOException {
    run("tokens", "decode", "--vq", files.vq(), files.tokens(2), "--out", files.at("sheet.png"));
    BufferedImage image =
        onCpu(tokenizer -> tokenizer.decode(TokensFolder.GRID, TokensFolder.ids(0)));
    BufferedImage sheet = read(files.at("sheet.png"));
    int zoom = 192 / 10;
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 10; x++) {
        assertThat(sheet.getRGB(12 + zoom * x + 1, 12 + zoom * y + 1))
            .isEqualTo(image.getRGB(x, y));
      }
    }
    assertThat(json("sheet.json").at("/images").asInt()).isEqualTo(2);
  }

  @Test
  void whatWasEncodedCanBeDecoded() throws IOException {
    Path a = files.picture("a.png", 10, 6, 0);
    run("tokens", "encode", "--vq", files.vq(), a, "--out", files.at("t.safetensors"));
    run(
        "tokens",
        "decode",
        "--vq",
        files.vq(),
        files.at("t.safetensors"),
        "--out",
        files.at("back.png"));
    assertThat(files.at("back.png")).exists();
  }

  @Test
  void idsOfTheEmbeddedModelNeedNoTokenizer() throws IOException {
    Path ids = files.at("shapes.safetensors");
    run(
        "generate",
        "--steps",
        "2",
        "--count",
        "1",
        "--first-image",
        "3",
        "--tokens",
        ids,
        "--out",
        files.at("a.png"));
    run("tokens", "decode", ids, "--out", files.at("pictures"));
    BufferedImage expected =
        PatchCodebook.embedded()
            .decode(TokenGrid.square(16), TensorFile.open(ids).tensor("tokens").readInts());
    assertThat(pixels(read(files.at("pictures").resolve("000003.png"))))
        .isEqualTo(pixels(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--threads 1", "--threads 2"})
  void picturesDoNotDependOn(String flags) throws IOException {
    run("tokens", "decode", "--vq", files.vq(), files.tokens(1), "--out", files.at("usual"));
    List<Object> arguments = new ArrayList<>(List.of(flags.split(" ")));
    arguments.addAll(
        0,
        List.of(
            "tokens", "decode", "--vq", files.vq(), files.tokens(1), "--out", files.at("other")));
    run(arguments.toArray());
    assertThat(files.at("other/000000.png")).hasSameBinaryContentAs(files.at("usual/000000.png"));
  }

  @Test
  void narrowWeightsAreRounded() throws IOException {
    run("tokens", "decode", "--vq", files.vq(), files.tokens(1), "--out", files.at("wide"));
    run(
        "tokens",
        "decode",
        "--vq",
        files.vq(),
        files.tokens(1),
        "--out",
        files.at("narrow"),
        "--weights",
        "bf16");
    assertThat(pixels(read(files.at("narrow/000000.png"))))
        .isNotEqualTo(pixels(read(files.at("wide/000000.png"))));
    assertThat(json("narrow/run.json").at("/backend/weights").asString()).isEqualTo("bf16");
  }

  @Test
  void theOracleDecodesToo() throws IOException {
    run(
        "tokens",
        "decode",
        "--vq",
        files.vq(),
        files.tokens(1),
        "--out",
        files.at("exact"),
        "--backend",
        "oracle");
    assertThat(json("exact/run.json").at("/backend/compute_type").asString()).isEqualTo("f64");
  }
}
