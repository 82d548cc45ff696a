package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code tokens encode} and {@code tokens decode} refuse. */
class TokensRefusalTest {
  private TokensFolder files;

  @BeforeEach
  void files(@TempDir Path folder) {
    files = TokensFolder.in(folder);
  }

  @Test
  void asksForWhatToDo() throws IOException {
    files.assertRefused(
        "neither encode nor decode given; expected one of encode, decode", "tokens");
  }

  @ParameterizedTest
  @CsvSource({
    "11, 6, 'wrong.png: 11x6 pixels (width x height), expected both sides to be multiples of 2'",
    "10, 7, 'wrong.png: 10x7 pixels (width x height), expected both sides to be multiples of 2'"
  })
  void refusesPicturesThatAreNoGridOfCells(int width, int height, String expected)
      throws IOException {
    Path picture = files.picture("wrong.png", width, height, 0);
    assertNotEncoded(expected, files.at("t.safetensors"), picture);
  }

  /** 2^31 - 9 numbers are an array, and 32 channels of 2^26 pixels would be 2^31. */
  @Test
  void refusesImagesThatAreTooLarge() throws IOException {
    VqConfig config = new VqConfig(32, List.of(1, 1, 1, 1, 1), 16, TokensFolder.CODES, 8);
    Path large = VqFiles.write(files.at("large.safetensors"), config);
    byte[] png = Files.readAllBytes(files.picture("a.png", 16, 16, 0));
    ByteBuffer.wrap(png).putInt(16, 8192).putInt(20, 8192);
    Path picture = Files.write(files.at("a.png"), png);
    files.assertRefused(
        picture
            + ": 8192x8192 pixels (width x height), expected at most 67108863 pixels: a layer holds"
            + " 32 numbers of each",
        "tokens",
        "encode",
        "--vq",
        large,
        picture,
        "--out",
        files.at("t.safetensors"));
    int cells = 512 * 512;
    Path ids = files.at("ids.safetensors");
    new SafetensorsWriter()
        .metadata("grid", "512x512")
        .ints("tokens", Shape.of(1, cells), new int[cells])
        .write(ids);
    files.assertRefused(
        ids
            + ": an image of 512x512 cells has 8192x8192 pixels (width x height), expected at most"
            + " 67108863 pixels",
        "tokens",
        "decode",
        "--vq",
        large,
        ids,
        "--out",
        files.at("pictures"));
  }

  @Test
  void refusesPicturesOfSeveralSizes() throws IOException {
    Path a = files.picture("a.png", 10, 6, 0);
    Path b = files.picture("b.png", 12, 6, 0);
    assertNotEncoded(
        b + ": 12x6 pixels, expected 10x6 as " + a + " has", files.at("t.safetensors"), a, b);
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    Path text = Files.writeString(files.at("a.png"), "hello");
    Path whole = files.picture("b.png", 10, 6, 0);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = Files.write(files.at("half.png"), Arrays.copyOf(bytes, bytes.length / 2));
    for (Path bad : List.of(text, files.at("none.png"), half)) {
      assertNotEncoded(bad + ": ", files.at("t.safetensors"), bad);
    }
  }

  @Test
  void refusesOutputsThatCannotBe() throws IOException {
    Path a = files.picture("a.png", 10, 6, 0);
    assertNotEncoded("expected a name that ends in .safetensors", files.at("t.pt"), a);
    assertNotEncoded("this file is read; expected another", files.vq(), a);
    Path ids = files.tokens(1);
    assertNotDecoded("expected a name that ends in .png, or a folder", files.at("t.jpg"), ids);
    assertNotDecoded("does not exist", files.at("absent/folder"), ids);
    assertNotDecoded("does not exist", files.at("absent/a.png"), ids);
  }

  @Test
  void refusesIdsBeyondTheCodes() throws IOException {
    new SafetensorsWriter()
        .ints("tokens", Shape.of(2, 4), 0, 1, 2, 3, 4, 5, TokensFolder.CODES, 7)
        .write(files.at("ids.safetensors"));
    assertNotDecoded(
        "ids.safetensors: image 1: cell 2 holds id 40: expected 0 .. 39",
        files.at("a.png"),
        files.at("ids.safetensors"));
  }

  @Test
  void refusesFilesOfAnotherKind() throws IOException {
    assertNotDecoded(
        "holds a VQ tokenizer (encoder, decoder, codebook 40 x 8), expected ids of images",
        files.at("a.png"),
        files.vq());
    files.assertRefused(
        "holds ids of images, expected a VQ tokenizer",
        "tokens",
        "decode",
        "--vq",
        files.tokens(1),
        files.tokens(1),
        "--out",
        files.at("a.png"));
    files.assertRefused(
        "--vq nowhere: no such file; expected a safetensors or PyTorch file of a VQ tokenizer",
        "tokens",
        "decode",
        "--vq",
        "nowhere",
        files.tokens(1),
        "--out",
        files.at("a.png"));
  }

  @Test
  void asksForTheTokenizer() throws IOException {
    files.assertRefused(
        "holds ids of a model it does not name; expected --vq FILE, the tokenizer they belong to",
        "tokens",
        "decode",
        files.tokens(1),
        "--out",
        files.at("a.png"));
    Path a = files.picture("a.png", 10, 6, 0);
    files.assertRefused("'--vq=FILE'", "tokens", "encode", a, "--out", files.at("t.safetensors"));
  }

  @Test
  void namesWhatMadeTheIds() throws IOException {
    Path ids = files.at("ids.safetensors");
    Path picture = files.picture("a.png", 10, 6, 0);
    String[] encode = {
      "tokens", "encode", "--vq", files.vq().toString(), picture.toString(), "--out", ids.toString()
    };
    assertThat(CommandLineRun.of(encode).exitCode()).isZero();
    files.assertRefused(
        "holds ids of the tokenizer " + files.vq() + "; expected --vq FILE",
        "tokens",
        "decode",
        ids,
        "--out",
        files.at("b.png"));
  }

  @Test
  void refusesIdsOfAnotherCodebook() throws IOException {
    Path ids = files.at("ids.safetensors");
    new TokenFile(
            new TokenGrid(1, 2), new int[][] {{0, 1}}, new int[0], 0, Map.of(TokenFile.CODES, "3"))
        .writer()
        .write(ids);
    assertNotDecoded(
        "holds ids of 3 codes; expected the " + TokensFolder.CODES + " of " + files.vq(),
        files.at("b.png"),
        ids);
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
        .write(files.at("ids.safetensors"));
    assertNotDecoded(expected, files.at("a.png"), files.at("ids.safetensors"));
  }

  @Test
  void refusesIdsOfAnotherShape() throws IOException {
    new SafetensorsWriter()
        .ints("tokens", Shape.of(15), new int[15])
        .write(files.at("a.safetensors"));
    assertNotDecoded(
        "tensor tokens has shape [15], expected [images, cells]",
        files.at("a.png"),
        files.at("a.safetensors"));
    new SafetensorsWriter()
        .ints("tokens", Shape.of(1, 15), new int[15])
        .write(files.at("b.safetensors"));
    assertNotDecoded("metadata grid is missing", files.at("a.png"), files.at("b.safetensors"));
    new SafetensorsWriter()
        .ints("tokens", Shape.of(1, 16), new int[16])
        .ints("classes", Shape.of(2), 0, 0)
        .write(files.at("c.safetensors"));
    assertNotDecoded(
        "tensor classes has shape [2], expected [1], one for each image",
        files.at("a.png"),
        files.at("c.safetensors"));
  }

  private void assertNotEncoded(String expected, Path out, Path... pictures) throws IOException {
    List<Object> words = new ArrayList<>(List.of("tokens", "encode", "--vq", files.vq()));
    words.addAll(List.of(pictures));
    words.addAll(List.of("--out", out));
    files.assertRefused(expected, words.toArray());
  }

  private void assertNotDecoded(String expected, Path out, Path ids) throws IOException {
    files.assertRefused(expected, "tokens", "decode", "--vq", files.vq(), ids, "--out", out);
  }
}
