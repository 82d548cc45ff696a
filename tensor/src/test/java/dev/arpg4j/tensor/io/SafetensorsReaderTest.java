package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsReaderTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheHeaderTells() throws IOException {
    Path path =
        write(
            "{\"__metadata__\":{\"kind\":\"arpg\"},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[4,12]},"
                + "\"a\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"I32\"},"
                + "\"none\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[12,12]}}   ",
            data(12).putInt(-7).putFloat(1.5f).putFloat(-2.25f));
    TensorFile file = TensorFile.open(path);
    assertThat(file.path()).isEqualTo(path);
    assertThat(file.metadata()).containsExactly(Map.entry("kind", "arpg"));
    assertThat(file.tensors().keySet()).containsExactly("b", "a", "none");
    assertThat(file.tensor("a").shape()).isEqualTo(Shape.of());
    assertThat(file.tensor("a").type()).isEqualTo(ElementType.I32);
    assertThat(file.tensor("a").readInts()).containsExactly(-7);
    assertThat(file.tensor("b").name()).isEqualTo("b");
    assertThat(file.tensor("b").shape()).isEqualTo(Shape.of(2, 1));
    assertThat(file.tensor("b").readFloats()).containsExactly(1.5f, -2.25f);
    assertThat(file.tensor("b").readDoubles()).containsExactly(1.5, -2.25);
    assertThat(file.tensor("none").readDoubles()).isEmpty();
  }

  @Test
  void readsEveryElementType() throws IOException {
    String[] types = {"F16", "BF16", "I16", "F64", "I64"};
    StringBuilder header = new StringBuilder("{");
    int[] ends = {0, 2, 4, 6, 14, 22};
    for (int i = 0; i < types.length; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append(entry(types[i], types[i], "[1]", ends[i], ends[i + 1]));
    }
    short half = 0x3555; // 0.333251953125 in binary16
    short brain = (short) 0xC049; // -3.140625 in bfloat16
    ByteBuffer data =
        data(22)
            .putShort(half)
            .putShort(brain)
            .putShort((short) -300)
            .putDouble(0.1)
            .putLong(1L << 40);
    TensorFile file = TensorFile.open(write(header + "}", data));
    assertThat(file.tensor("F16").readFloats()).containsExactly(0.333251953125f);
    assertThat(file.tensor("F16").readDoubles()).containsExactly(0.333251953125);
    assertThat(file.tensor("BF16").readFloats()).containsExactly(-3.140625f);
    assertThat(file.tensor("BF16").readDoubles()).containsExactly(-3.140625);
    assertThat(file.tensor("I16").readInts()).containsExactly(-300);
    assertThat(file.tensor("I16").readFloats()).containsExactly(-300f);
    assertThat(file.tensor("F64").readDoubles()).containsExactly(0.1);
    assertThat(file.tensor("F64").readFloats()).containsExactly(0.1f);
    assertThat(file.tensor("I64").readDoubles()).containsExactly(0x1p40);
  }

  @Test
  void readsRunsFromAnywhere() throws IOException {
    int count = 5000;
    ByteBuffer data = data(4 * count);
    for (int i = 0; i < count; i++) {
      data.putFloat(i);
    }
    Path path = write("{" + entry("w", "F32", "[50,100]", 0, 4 * count) + "}", data);
    try (WeightSource.Reader reader = TensorFile.open(path).tensor("w").open()) {
      float[] some = new float[3000];
      reader.read(1234, some, 7, 2900);
      assertThat(some[6]).isZero();
      assertThat(some[7]).isEqualTo(1234);
      assertThat(some[2906]).isEqualTo(1234 + 2899);
      assertThat(some[2907]).isZero();
      assertThatThrownBy(() -> reader.read(4999, some, 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> reader.read(0, some, 2999, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void readsGoldenModel() {
    TensorFile file = TensorFile.open(TestFiles.resource("arpg-micro.safetensors"));
    assertThat(file.metadata()).containsEntry("kind", "arpg").containsEntry("dim", "32");
    assertThat(file.tensors()).hasSize(38);
    assertThat(file.tensor("embeddings.weight").shape()).isEqualTo(Shape.of(74, 32));
  }

  static Stream<Arguments> malformed() {
    String good = entry("a", "F32", "[2]", 0, 8);
    return Stream.of(
        arguments("[]", "header would start with {"),
        arguments(" {}", "header would start with {"),
        arguments("{", "header is not valid JSON"),
        arguments("{" + good, "header is not valid JSON"),
        arguments("{" + good + "}}", "header is not valid JSON"),
        arguments("{" + good + "} x", "header is not valid JSON"),
        arguments("{" + good + "} 1", "more after its JSON object"),
        arguments("{" + good + "}\0", "header is not valid JSON"),
        arguments("{'a':1}", "header is not valid JSON"),
        arguments("{" + good + ",}", "header is not valid JSON"),
        arguments("{\"a\":1," + good + "}", "tensor a is a whole number; expected an object"),
        arguments("{" + good + "," + good + "}", "tensor a stands in the header twice"),
        arguments("{" + entry("", "F32", "[2]", 0, 8) + "}", "tensor with an empty name"),
        arguments(
            "{" + entry("a", "Q4", "[2]", 0, 8) + "}", "unknown dtype Q4; expected one of F64"),
        arguments("{" + entry("a", "f32", "[2]", 0, 8) + "}", "unknown dtype f32"),
        arguments("{" + entry("a", "F32", "[-2]", 0, 8) + "}", "shape has -2"),
        arguments("{" + entry("a", "F32", "[2.0]", 0, 8) + "}", "shape is a fraction"),
        arguments("{" + entry("a", "F32", "[\"2\"]", 0, 8) + "}", "shape is a string"),
        arguments("{" + entry("a", "F32", "2", 0, 8) + "}", "shape is a whole number"),
        arguments("{" + entry("a", "F32", "[[2]]", 0, 8) + "}", "shape is an array"),
        arguments("{" + entry("a", "F32", "[99999999999999999999]", 0, 8) + "}", "beyond 64 bits"),
        arguments("{" + entry("a", "F32", "[4294967298]", 0, 8) + "}", "too large"),
        arguments(
            "{" + entry("a", "F32", "[2147483647,2147483647,2147483647]", 0, 8) + "}", "too large"),
        arguments(
            "{" + entry("a", "F32", "[" + "1,".repeat(64) + "2]", 0, 8) + "}", "more than 64"),
        arguments("{" + entry("a", "F32", "[3]", 0, 8) + "}", "is 8 bytes; expected 12 for F32[3]"),
        arguments("{" + entry("a", "F32", "[2]", 0, 4) + "}", "is 4 bytes; expected 8 for F32[2]"),
        arguments("{" + entry("a", "F32", "[2]", 8, 0) + "}", "expected the begin first"),
        arguments("{" + entry("a", "F32", "[3]", 0, 12) + "}", "only 8 bytes follow"),
        arguments(
            "{" + entry("a", "F32", "[2]", 1L << 62, (1L << 62) + 8) + "}", "only 8 bytes follow"),
        arguments("{" + entry("a", "F32", "[1]", 4, 8) + "}", "leaves bytes 0 to 4 unused"),
        arguments("{" + entry("a", "F32", "[1]", 0, 4) + "}", "its tensors account for 4"),
        arguments("{}", "its tensors account for 0"),
        arguments(
            "{" + good + "," + entry("b", "F32", "[1]", 4, 8) + "}",
            "tensor b has data_offsets [4, 8], which overlaps tensor a"),
        arguments("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "tensor a has no data_offsets"),
        arguments("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "tensor a has no shape"),
        arguments("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", "tensor a has no dtype"),
        arguments(
            "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "tensor a has dtype twice"),
        arguments(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
            "3 data_offsets; expected begin and end"),
        arguments("{\"__metadata__\":{\"k\":1}," + good + "}", "expected a string"),
        arguments("{\"__metadata__\":{\"k\":{}}," + good + "}", "expected a string"),
        arguments("{\"__metadata__\":null," + good + "}", "expected an object of strings"),
        arguments(
            "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}," + good + "}", "k stands there twice"),
        arguments("{\"__metadata__\":{},\"__metadata__\":{}," + good + "}", "__metadata__ twice"),
        arguments("{\"a\":" + "[".repeat(100_000) + "}", "expected an object"),
        arguments("{\"a\":{\"x\":" + "[".repeat(100_000) + "}}", "header is not valid JSON"),
        arguments(
            "{" + entry("a\\n\\u001b[2Jb", "F32", "[3]", 0, 8) + "}", "tensor a\\u000a\\u001b["),
        arguments("{" + entry("n".repeat(5000), "F32", "[3]", 0, 8) + "}", "nnn... has"),
        arguments("{" + entry("n".repeat(100_000), "F32", "[2]", 0, 8) + "}", "not valid JSON"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesMalformedHeaders(String header, String expected) throws IOException {
    assertRefused(write(header, data(8)), expected);
  }

  @Test
  void refusesHeadersThatAreNotUtf8() throws IOException {
    byte[] header = ("{" + entry("a?", "F32", "[2]", 0, 8) + "}").getBytes(StandardCharsets.UTF_8);
    header[3] = (byte) 0xC0;
    assertRefused(write(header.length, header, data(8)), "header is not valid JSON");
    byte[] wide = ("{" + entry("a", "F32", "[2]", 0, 8) + "}").getBytes(StandardCharsets.UTF_16LE);
    assertRefused(write(wide.length, wide, data(8)), "header is not valid JSON");
  }

  @Test
  void refusesImpossibleHeaderLengths() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    assertRefused(write(3, header, data(0)), "header would take 3 bytes; expected at most the 2");
    assertRefused(write(Long.MAX_VALUE, header, data(0)), "would take 9223372036854775807 bytes");
    assertRefused(write(-1, header, data(0)), "would take 18446744073709551615 bytes");
    assertRefused(write(0, header, data(0)), "header would start with {");
  }

  @Test
  void refusesHeadersBeyondTheFormatsLimit() throws IOException {
    Path path = write(100_000_001, "{".getBytes(StandardCharsets.UTF_8), data(0));
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(100_000_100);
    }
    assertRefused(path, "header takes 100000001 bytes; expected at most 100000000");
  }

  @Test
  void refusesWhatIsNoFile() throws IOException {
    assertRefused(folder.resolve("absent"), "no such file");
    assertRefused(folder, "is a folder; expected a safetensors or PyTorch file");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertRefused(empty, "is empty (0 bytes)");
    assertRefused(Files.write(folder.resolve("short"), new byte[7]), "has 7 bytes");
    assertRefused(
        Files.writeString(folder.resolve("picture.png"), "\u0089PNG\r\n\u001a\n and so on"),
        "is no PyTorch file, and as safetensors its header would take");
  }

  @Test
  void stripsWrappers() throws IOException {
    Path path =
        write(
            "{"
                + entry("module._orig_mod.a", "F32", "[1]", 0, 4)
                + ","
                + entry("modules.b", "F32", "[1]", 4, 8)
                + "}",
            data(8));
    assertThat(TensorFile.open(path).tensors().keySet()).containsExactly("a", "modules.b");
    assertThat(TensorFile.open(path).tensor("a").name()).isEqualTo("a");
    Path twice =
        write(
            "{"
                + entry("module.a", "F32", "[1]", 0, 4)
                + ","
                + entry("a", "F32", "[1]", 4, 8)
                + "}",
            data(8));
    assertRefused(twice, "has the tensor a twice, once under a prefix");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            write(
                "{" + entry("a", "F32", "[2]", 0, 8) + "," + entry("b", "I16", "[2]", 8, 12) + "}",
                data(12)));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TensorFile.open(cut)).isInstanceOf(InvalidInputException.class);
    }
  }

  /** A header that has been tampered with is either still well formed or refused, nothing else. */
  @Test
  void everyChangedByteIsAcceptedOrRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            write(
                "{\"__metadata__\":{\"k\":\"v\"},"
                    + entry("a", "F32", "[2]", 0, 8)
                    + ","
                    + entry("b", "I16", "[1,2]", 8, 12)
                    + "}",
                data(12)));
    int refused = 0;
    for (int at = 0; at < whole.length - 12; at++) {
      for (int value : new int[] {'"', '9', 0xFF, whole[at] ^ 1}) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        Path path = Files.write(folder.resolve("changed"), changed);
        try {
          TensorFile.open(path).tensors().values().forEach(StoredTensor::readDoubles);
        } catch (InvalidInputException e) {
          assertThat(e.getMessage()).startsWith(path + ": ").doesNotContain("\n");
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(whole.length);
  }

  @Test
  void refusesValuesOfOtherTypesByName() throws IOException {
    Path path = write("{" + entry("mask", "BOOL", "[2]", 0, 2) + "}", data(2));
    StoredTensor mask = TensorFile.open(path).tensor("mask");
    assertThat(mask.shape()).isEqualTo(Shape.of(2));
    assertThatThrownBy(mask::open)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            path + ": tensor mask holds BOOL; expected one of F64, I64, F32, I32, F16, BF16, I16");
  }

  @Test
  void refusesIntegersThatWouldChange() throws IOException {
    Path path =
        write(
            "{" + entry("a", "I64", "[1]", 0, 8) + "," + entry("b", "I32", "[1]", 8, 12) + "}",
            data(12).putLong((1L << 53) + 1).putInt((1 << 24) + 1));
    TensorFile file = TensorFile.open(path);
    assertThatThrownBy(file.tensor("a")::readDoubles)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": tensor a holds 9007199254740993, which no double holds exactly");
    assertThatThrownBy(file.tensor("a")::readInts).hasMessageContaining("expected an int");
    assertThatThrownBy(file.tensor("b")::readFloats).hasMessageContaining("no float holds");
    assertThat(file.tensor("b").readDoubles()).containsExactly(16777217);
  }

  @Test
  void refusesIntsOfFloatingPoint() throws IOException {
    Path path = write("{" + entry("a", "F32", "[1]", 0, 4) + "}", data(4));
    assertThatThrownBy(TensorFile.open(path).tensor("a")::readInts)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": tensor a holds F32; expected integers (I16, I32 or I64)");
  }

  @Test
  void refusesUnknownNames() throws IOException {
    TensorFile file = TensorFile.open(write("{}", data(0)));
    assertThatThrownBy(() -> file.tensor("w"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file.path() + ": has no tensor w among its 0");
  }

  @Test
  void refusesToMapAFileThatHasShrunk() throws IOException {
    Path path = write("{" + entry("a", "F32", "[2]", 0, 8) + "}", data(8));
    StoredTensor tensor = TensorFile.open(path).tensor("a");
    long size = Files.size(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size - 4);
    }
    assertThatThrownBy(tensor::readFloats)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            path + ": has " + (size - 4) + " bytes; expected the " + size + " it was opened with");
    Files.delete(path);
    assertThatThrownBy(tensor::readFloats)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": cannot be read: no such file or folder");
  }

  @Test
  void refusesAFileThatShrinksUnderAMapping() throws IOException {
    Path path = write("{" + entry("a", "F32", "[2]", 0, 8) + "}", data(8));
    try (WeightSource.Reader reader = TensorFile.open(path).tensor("a").open();
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(0);
      assertThatThrownBy(() -> reader.read(0, new float[2], 0, 2))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(path + ": was cut short while it was read");
    }
  }

  private static void assertRefused(Path path, String expected) {
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(expected)
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(600);
  }

  private static String entry(String name, String type, String shape, long begin, long end) {
    return String.format(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
        name, type, shape, begin, end);
  }

  private static ByteBuffer data(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Path write(String header, ByteBuffer data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(json.length, json, data);
  }

  private Path write(long headerLength, byte[] header, ByteBuffer data) throws IOException {
    ByteBuffer whole = data(8 + header.length + data.capacity());
    whole.putLong(headerLength).put(header).put(data.array());
    return Files.write(folder.resolve("test.safetensors"), whole.array());
  }
}
