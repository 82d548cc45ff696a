package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NpyFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "|i1, 01ff80, -128",
    "|u1, 01ff80, 128",
    "<i2, 0100ffff0080, -32768",
    "<u2, 0100ffff0080, 32768",
    "<i4, 01000000ffffffff00000080, -2147483648",
    "<i8, 0100000000000000ffffffffffffffff00000080ffffffff, -2147483648"
  })
  void readsEveryElementType(String dtype, String hex, int third) throws IOException {
    int second = dtype.equals("|u1") ? 255 : dtype.equals("<u2") ? 65535 : -1;
    for (int version = 1; version <= 3; version++) {
      Path path = write(version, header(dtype, "False", "(3,)"), HexFormat.of().parseHex(hex));
      NpyFile file = NpyFile.open(path);
      assertThat(file.shape()).isEqualTo(Shape.of(3));
      assertThat(file.read()).containsExactly(1, second, third);
      assertThat(file.read(2, 1)).containsExactly(third);
    }
  }

  @Test
  void readsShapesAsNumPyWritesThem() throws IOException {
    assertThat(NpyFile.open(write(1, header("|i1", "False", "()"), new byte[1])).shape())
        .isEqualTo(Shape.of());
    assertThat(NpyFile.open(write(1, header("|i1", "False", "(2, 1, 3)"), new byte[6])).shape())
        .isEqualTo(Shape.of(2, 1, 3));
    assertThat(NpyFile.open(write(1, header("|i1", "False", "(0, 7)"), new byte[0])).read())
        .isEmpty();
    String otherOrder = "{'shape': (1,), 'fortran_order': True, 'descr': '|i1'}\n";
    assertThat(NpyFile.open(write(1, otherOrder, new byte[] {9})).read()).containsExactly(9);
  }

  @Test
  void readsRunsFromAnywhere() throws IOException {
    ByteBuffer values = ByteBuffer.allocate(2 * 1000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1000; i++) {
      values.putShort((short) i);
    }
    NpyFile file = NpyFile.open(write(1, header("<i2", "False", "(10, 100)"), values.array()));
    assertThat(file.read(300, 3)).containsExactly(300, 301, 302);
    assertThat(file.read(1000, 0)).isEmpty();
    assertThatThrownBy(() -> file.read(999, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  static Stream<Arguments> malformed() {
    String good = header("<i2", "False", "(2, 2)");
    return Stream.of(
        arguments(good, 7, "is cut short: has 87 bytes; expected 88 for shape [2, 2] of <i2"),
        arguments(good, 9, "has 89 bytes; expected 88"),
        arguments(header("<f4", "False", "(2,)"), 8, "holds elements <f4; expected integers"),
        arguments(header(">i2", "False", "(2,)"), 4, "holds elements >i2; expected integers"),
        arguments(header("|O", "False", "(2,)"), 4, "holds elements |O; expected integers"),
        arguments(good.replace("'<i2'", "[('a', '<i2')]"), 8, "holds elements of several fields"),
        arguments(header("<i2", "True", "(2, 2)"), 8, "lies in Fortran order; expected C order"),
        arguments(good.replace("shape", "form"), 8, "expected descr, fortran_order and shape"),
        arguments(header("<i2", "False", "(999999999, 999999999)"), 8, "expected fewer elements"),
        arguments(header("<i2", "False", "(4 4)"), 8, "expected fewer elements"),
        arguments(header("<i2", "False", "(12345678901234567890,)"), 8, "expected fewer elements"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWhatIsMalformed(String header, int bytes, String expected) throws IOException {
    assertRefused(write(1, header, new byte[bytes]), expected);
  }

  @Test
  void refusesWhatIsNoNpyFile() throws IOException {
    assertRefused(folder.resolve("missing.npy"), "no such file");
    assertRefused(folder, "is no regular file; expected a .npy file");
    Path text = Files.writeString(folder.resolve("text.npy"), "hello, this is text");
    assertRefused(text, "is no .npy file: does not begin with \\x93NUMPY");
    Path empty = Files.write(folder.resolve("empty.npy"), new byte[0]);
    assertRefused(empty, "is no .npy file");
    assertRefused(write(4, header("<i2", "False", "(1,)"), new byte[2]), "is .npy of version 4.0");
    byte[] start = Files.readAllBytes(write(1, header("<i2", "False", "(1,)"), new byte[2]));
    Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(start, 30));
    assertRefused(cut, "tells of a header of 70 bytes in a file of 30");
  }

  @Test
  void refusesAnInt64ThatIsNoInt() throws IOException {
    byte[] wide = {0, 0, 0, 0, 1, 0, 0, 0};
    NpyFile file = NpyFile.open(write(1, header("<i8", "False", "(1,)"), wide));
    assertThatThrownBy(file::read)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file.path() + ": holds 4294967296; expected an int");
  }

  @Test
  void refusesAFileThatShrankMeanwhile() throws IOException {
    Path path = write(1, header("|i1", "False", "(4,)"), new byte[4]);
    NpyFile file = NpyFile.open(path);
    Files.write(path, new byte[20]);
    assertThatThrownBy(file::read)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": has 20 bytes; expected the 84 it was opened with");
  }

  private void assertRefused(Path path, String expected) {
    assertThatThrownBy(() -> NpyFile.open(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  private static String header(String dtype, String fortran, String shape) {
    String text =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }".formatted(dtype, fortran, shape);
    return text + " ".repeat(Math.max(0, 69 - text.length())) + "\n";
  }

  private Path write(int version, String header, byte[] values) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    boolean brief = version == 1;
    ByteBuffer bytes = ByteBuffer.allocate(12 + text.length + values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93);
    bytes.put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) version).put((byte) 0);
    if (brief) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    bytes.put(text).put(values);
    byte[] whole = Arrays.copyOf(bytes.array(), bytes.position());
    return Files.write(folder.resolve("array.npy"), whole);
  }
}
