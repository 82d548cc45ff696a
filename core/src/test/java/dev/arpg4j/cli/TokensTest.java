package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqFiles;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code tokens encode} and {@code tokens decode} make, and what they refuse. */
class TokensTest {
  private static final int CODES = 40;
  private static final TokenGrid GRID = new TokenGrid(3, 5);

  @TempDir private Path folder;
  private Path vq;

  @BeforeEach
  void tokenizer() {
    vq = VqFiles.write(folder.resolve("vq.safetensors"), CODES);
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private Path picture(String name, int width, int height, int seed) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, (i + seed) * 0x3579B & 0xFFFFFF);
    }
    ImageIO.write(picture, "png", at(name).toFile());
    return at(name);
  }

  private static int[] ids(int image) {
    return IntStream.range(0, GRID.cells()).map(i -> (i * 7 + image * 11) % CODES).toArray();
  }

  /** A file of ids as other programs may write it: no metadata but the grid. */
  private Path tokens(int images) {
    int[] all = IntStream.range(0, images).flatMap(image -> Arrays.stream(ids(image))).toArray();
    new SafetensorsWriter()
        .metadata("grid", "3x5")
        .ints("tokens", Shape.of(images, GRID.cells()), all)
        .write(at("ids.safetensors"));
    return at("ids.safetensors");
  }

  private <T> T onCpu(Function<VqTokenizer, T> work) {
    try (Backend cpu = BackendProvider.named("cpu").open(BackendProvider.Settings.ofThreads(1))) {
      return work.apply(VqTokenizer.load(cpu, VqCheckpoint.read(vq), DType.F32));
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
    return JsonMapper.shared().readTree(at(name).toFile());
  }

  @Test
  void encodesPictures() throws IOException {
    Path a = picture("a.png", 10, 6, 0);
    Path b = picture("b.png", 10, 6, 5);
    CommandLineRun run = run("tokens", "encode", "--vq", vq, a, b, "--out", at("t.safetensors"));
    assertThat(run.out())
        .hasLineCount(1)
        .matches("(?s).*t\\.safetensors: 2 images of 3x5 cells, [0-9.]+ s, peak memory .*");
    TensorFile file = TensorFile.open(at("t.safetensors"));
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
    assertThat(json("t.json").at("/tokenizer/codes").asInt()).isEqualTo(CODES);
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
    run("tokens", "decode", "--vq", vq, tokens(2), "--out", at("pictures"));
    try (Stream<Path> files = Files.list(at("pictures"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("000000.png", "000001.png", "run.json");
    }
    for (int image = 0; image < 2; image++) {
      int[] ids = ids(image);
      BufferedImage expected = onCpu(tokenizer -> tokenizer.decode(GRID, ids));
      BufferedImage found = read(at("pictures").resolve("00000" + image + ".png"));
      assertThat(found.getWidth()).isEqualTo(10);
      assertThat(pixels(found)).isEqualTo(pixels(expected));
    }
    assertThat(json("pictures/run.json").at("/times/decode_seconds").asDouble()).isPositive();
  }

  /** A folder in the place of the second picture ends the work, as an interrupt would. */
  @Test
  void picturesMadeBeforeAnEndAreKept() throws IOException {
    Files.createDirectories(at("pictures/000001.png"));
    Path ids = tokens(3);
    CommandLineRun run =
        CommandLineRun.of(
            "tokens",
            "decode",
            "--vq",
            vq.toString(),
            ids.toString(),
            "--out",
            at("pictures").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("000001.png: is a folder").hasLineCount(1);
    int[] kept = ids(0);
    assertThat(pixels(read(at("pictures/000000.png"))))
        .isEqualTo(pixels(onCpu(tokenizer -> tokenizer.decode(GRID, kept))));
    assertThat(at("pictures/000002.png")).doesNotExist();
    assertThat(at("pictures/run.json")).doesNotExist();
  }

  @Test
  void decodesToOneSheet() throws IOException {
    run("tokens", "decode", "--vq", vq, tokens(2), "--out", at("sheet.png"));
    BufferedImage image = onCpu(tokenizer -> tokenizer.decode(GRID, ids(0)));
    BufferedImage sheet = read(at("sheet.png"));
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
    Path a = picture("a.png", 10, 6, 0);
    run("tokens", "encode", "--vq", vq, a, "--out", at("t.safetensors"));
    run("tokens", "decode", "--vq", vq, at("t.safetensors"), "--out", at("back.png"));
    assertThat(at("back.png")).exists();
  }

  @Test
  void idsOfTheEmbeddedModelNeedNoTokenizer() throws IOException {
    Path ids = at("shapes.safetensors");
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
        at("a.png"));
    run("tokens", "decode", ids, "--out", at("pictures"));
    BufferedImage expected =
        PatchCodebook.embedded()
            .decode(TokenGrid.square(16), TensorFile.open(ids).tensor("tokens").readInts());
    assertThat(pixels(read(at("pictures").resolve("000003.png")))).isEqualTo(pixels(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--threads 1", "--threads 2"})
  void picturesDoNotDependOn(String flags) throws IOException {
    run("tokens", "decode", "--vq", vq, tokens(1), "--out", at("usual"));
    List<Object> arguments = new ArrayList<>(List.of(flags.split(" ")));
    arguments.addAll(0, List.of("tokens", "decode", "--vq", vq, tokens(1), "--out", at("other")));
    run(arguments.toArray());
    assertThat(at("other/000000.png")).hasSameBinaryContentAs(at("usual/000000.png"));
  }

  @Test
  void narrowWeightsAreRounded() throws IOException {
    run("tokens", "decode", "--vq", vq, tokens(1), "--out", at("wide"));
    run("tokens", "decode", "--vq", vq, tokens(1), "--out", at("narrow"), "--weights", "bf16");
    assertThat(pixels(read(at("narrow/000000.png"))))
        .isNotEqualTo(pixels(read(at("wide/000000.png"))));
    assertThat(json("narrow/run.json").at("/backend/weights").asString()).isEqualTo("bf16");
  }

  @Test
  void theOracleDecodesToo() throws IOException {
    run("tokens", "decode", "--vq", vq, tokens(1), "--out", at("exact"), "--backend", "oracle");
    assertThat(json("exact/run.json").at("/backend/compute_type").asString()).isEqualTo("f64");
  }

  private void assertRefused(String expected, Object... arguments) throws IOException {
    List<Path> before = files();
    CommandLineRun run =
        CommandLineRun.of(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(run.err()).contains(expected).startsWith("arpg: ").hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void asksForWhatToDo() throws IOException {
    assertRefused("neither encode nor decode given; expected one of encode, decode", "tokens");
  }

  @ParameterizedTest
  @CsvSource({
    "11, 6, 'wrong.png: 11x6 pixels (width x height), expected both sides to be multiples of 2'",
    "10, 7, 'wrong.png: 10x7 pixels (width x height), expected both sides to be multiples of 2'"
  })
  void refusesPicturesThatAreNoGridOfCells(int width, int height, String expected)
      throws IOException {
    Path picture = picture("wrong.png", width, height, 0);
    assertRefused(expected, "tokens", "encode", "--vq", vq, picture, "--out", at("t.safetensors"));
  }

  /** 2^31 - 9 numbers are an array, and 32 channels of 2^26 pixels would be 2^31. */
  @Test
  void refusesImagesThatAreTooLarge() throws IOException {
    VqConfig config = new VqConfig(32, List.of(1, 1, 1, 1, 1), 16, CODES, 8);
    Path large = VqFiles.write(at("large.safetensors"), config);
    byte[] png = Files.readAllBytes(picture("a.png", 16, 16, 0));
    ByteBuffer.wrap(png).putInt(16, 8192).putInt(20, 8192);
    Path picture = Files.write(at("a.png"), png);
    assertRefused(
        picture
            + ": 8192x8192 pixels (width x height), expected at most 67108863 pixels: a layer holds"
            + " 32 numbers of each",
        "tokens",
        "encode",
        "--vq",
        large,
        picture,
        "--out",
        at("t.safetensors"));
    int cells = 512 * 512;
    Path ids = at("ids.safetensors");
    new SafetensorsWriter()
        .metadata("grid", "512x512")
        .ints("tokens", Shape.of(1, cells), new int[cells])
        .write(ids);
    assertRefused(
        ids
            + ": an image of 512x512 cells has 8192x8192 pixels (width x height), expected at most"
            + " 67108863 pixels",
        "tokens",
        "decode",
        "--vq",
        large,
        ids,
        "--out",
        at("pictures"));
  }

  @Test
  void refusesPicturesOfSeveralSizes() throws IOException {
    Path a = picture("a.png", 10, 6, 0);
    Path b = picture("b.png", 12, 6, 0);
    assertRefused(
        b + ": 12x6 pixels, expected 10x6 as " + a + " has",
        "tokens",
        "encode",
        "--vq",
        vq,
        a,
        b,
        "--out",
        at("t.safetensors"));
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    Path text = Files.writeString(at("a.png"), "hello");
    Path whole = picture("b.png", 10, 6, 0);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = Files.write(at("half.png"), Arrays.copyOf(bytes, bytes.length / 2));
    for (Path bad : List.of(text, at("none.png"), half)) {
      assertRefused(bad + ": ", "tokens", "encode", "--vq", vq, bad, "--out", at("t.safetensors"));
    }
  }

  @Test
  void refusesOutputsThatCannotBe() throws IOException {
    Path a = picture("a.png", 10, 6, 0);
    assertRefused(
        "expected a name that ends in .safetensors",
        "tokens",
        "encode",
        "--vq",
        vq,
        a,
        "--out",
        at("t.pt"));
    assertRefused(
        "this file is read; expected another", "tokens", "encode", "--vq", vq, a, "--out", vq);
    Path ids = tokens(1);
    assertRefused(
        "expected a name that ends in .png, or a folder",
        "tokens",
        "decode",
        "--vq",
        vq,
        ids,
        "--out",
        at("t.jpg"));
    assertRefused(
        "does not exist", "tokens", "decode", "--vq", vq, ids, "--out", at("absent/folder"));
    assertRefused(
        "does not exist", "tokens", "decode", "--vq", vq, ids, "--out", at("absent/a.png"));
  }

  @Test
  void refusesIdsOfAnotherCodebook() throws IOException {
    new SafetensorsWriter()
        .ints("tokens", Shape.of(2, 4), 0, 1, 2, 3, 4, 5, CODES, 7)
        .write(at("ids.safetensors"));
    assertRefused(
        "ids.safetensors: image 1: cell 2 holds id 40: expected 0 .. 39",
        "tokens",
        "decode",
        "--vq",
        vq,
        at("ids.safetensors"),
        "--out",
        at("a.png"));
  }

  @Test
  void refusesFilesOfAnotherKind() throws IOException {
    assertRefused(
        "holds a VQ tokenizer (encoder, decoder, codebook 40 x 8), expected ids of images",
        "tokens",
        "decode",
        "--vq",
        vq,
        vq,
        "--out",
        at("a.png"));
    assertRefused(
        "holds ids of images, expected a VQ tokenizer",
        "tokens",
        "decode",
        "--vq",
        tokens(1),
        tokens(1),
        "--out",
        at("a.png"));
    assertRefused(
        "--vq nowhere: no such file; expected a safetensors or PyTorch file of a VQ tokenizer",
        "tokens",
        "decode",
        "--vq",
        "nowhere",
        tokens(1),
        "--out",
        at("a.png"));
  }

  @Test
  void asksForTheTokenizer() throws IOException {
    assertRefused(
        "holds ids of a model it does not name; expected --vq FILE, the tokenizer they belong to",
        "tokens",
        "decode",
        tokens(1),
        "--out",
        at("a.png"));
    Path a = picture("a.png", 10, 6, 0);
    assertRefused("'--vq=FILE'", "tokens", "encode", a, "--out", at("t.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "4x4, metadata grid is 4x4",
    "x, metadata grid is x",
    "-3x-5, metadata grid is -3x-5",
    "99999999999x1, metadata grid is 99999999999x1"
  })
  void refusesGridsThatDoNotFit(String grid, String expected) throws IOException {
    new SafetensorsWriter()
        .metadata("grid", grid)
        .ints("tokens", Shape.of(1, 15), new int[15])
        .write(at("ids.safetensors"));
    assertRefused(
        expected, "tokens", "decode", "--vq", vq, at("ids.safetensors"), "--out", at("a.png"));
  }

  @Test
  void refusesIdsOfAnotherShape() throws IOException {
    new SafetensorsWriter().ints("tokens", Shape.of(15), new int[15]).write(at("a.safetensors"));
    assertRefused(
        "tensor tokens has shape [15], expected [images, cells]",
        "tokens",
        "decode",
        "--vq",
        vq,
        at("a.safetensors"),
        "--out",
        at("a.png"));
    new SafetensorsWriter().ints("tokens", Shape.of(1, 15), new int[15]).write(at("b.safetensors"));
    assertRefused(
        "metadata grid is missing",
        "tokens",
        "decode",
        "--vq",
        vq,
        at("b.safetensors"),
        "--out",
        at("a.png"));
    new SafetensorsWriter()
        .ints("tokens", Shape.of(1, 16), new int[16])
        .ints("classes", Shape.of(2), 0, 0)
        .write(at("c.safetensors"));
    assertRefused(
        "tensor classes has shape [2], expected [1], one for each image",
        "tokens",
        "decode",
        "--vq",
        vq,
        at("c.safetensors"),
        "--out",
        at("a.png"));
  }
}
