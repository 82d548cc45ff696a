package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void writesTheBytesTheFormatSays() throws IOException {
    Path path = folder.resolve("out.safetensors");
    new SafetensorsWriter()
        .metadata("z", "1")
        .metadata(Map.of("a", "q\"\n\u00e9"))
        .add(source("half", 1.5), ElementType.F16)
        .ints("tokens", Shape.of(1, 2), 3, -4)
        .write(path);
    String header =
        "{\"__metadata__\":{\"a\":\"q\\\"\\n\u00e9\",\"z\":\"1\"},"
            + "\"tokens\":{\"dtype\":\"I32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"half\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[8,10]}}";
    byte[] bytes = Files.readAllBytes(path);
    int length = bytes[0] & 0xFF;
    assertThat(length % 8).isZero();
    assertThat(new String(bytes, 8, length, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(header);
    assertThat(bytes)
        .hasSize(8 + length + 10)
        .endsWith(3, 0, 0, 0, 0xFC, 0xFF, 0xFF, 0xFF, 0, 0x3E);
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "I64", "F32", "I32", "F16", "BF16", "I16"})
  void readsBackWhatItWrote(ElementType type) {
    int count = 20_000;
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      // Up to 8 bits of mantissa, so that BF16 holds each of them.
      values[i] = (i % 511 - 255) * (type.integral() ? 1 : 0x1p-6);
    }
    Path path = folder.resolve("out.safetensors");
    Shape shape = Shape.of(100, 200);
    new SafetensorsWriter().add(new ArraySource("w", shape, values), type).write(path);
    StoredTensor back = TensorFile.open(path).tensor("w");
    assertThat(back.type()).isEqualTo(type);
    assertThat(back.shape()).isEqualTo(shape);
    assertThat(back.readDoubles()).isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource({
    // Halfway cases go to the even neighbour; one bit more goes up.
    "BF16, 0x3f808000, 0x3f800000",
    "BF16, 0x3f818000, 0x3f820000",
    "BF16, 0x3f808001, 0x3f810000",
    "BF16, 0xbf808001, 0xbf810000",
    "BF16, 0x00008000, 0x00000000",
    "BF16, 0x00008001, 0x00010000",
    "BF16, 0x7f800000, 0x7f800000",
    "BF16, 0xff800000, 0xff800000",
    "BF16, 0x7f7f7fff, 0x7f7f0000",
    "F16, 0x3f801000, 0x3f800000",
    "F16, 0x3f803000, 0x3f804000",
    "F16, 0x3f801001, 0x3f802000",
    "F16, 0x33800000, 0x33800000",
    "F16, 0x477fefff, 0x477fe000"
  })
  void roundsToNearestEven(ElementType type, String value, String expected) {
    assertThat(roundTrip(type, bits(value))).isEqualTo(bits(expected));
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void keepsNaN(ElementType type) {
    assertThat(roundTrip(type, Float.NaN)).isNaN();
    assertThat(roundTrip(type, Float.intBitsToFloat(0x7f800001))).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "F16, 65520, '65520.0, which is too large for float16'",
    "BF16, 3.4e38, '3.4E38, which is too large for bf16'",
    "I16, 32768, '32768.0; expected a whole number from -32768 to 32767 for I16'",
    "I32, 0.5, '0.5; expected a whole number from -2147483648 to 2147483647 for I32'",
    "I64, NaN, 'NaN; expected a whole number from -9007199254740992 to 9007199254740992 for I64'"
  })
  void refusesValuesThatDoNotFit(ElementType type, double value, String expected) {
    Path path = folder.resolve("out.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter().add(source("w", value), type);
    assertThatThrownBy(() -> writer.write(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": cannot be written: tensor w holds " + expected);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void equalContentGivesEqualBytes() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    for (Path path : new Path[] {one, two}) {
      new SafetensorsWriter()
          .metadata(Map.of("a", "1", "b", "2", "c", "3"))
          .ints("x", Shape.of(), 1)
          .doubles("y", Shape.of(0))
          .write(path);
    }
    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void copiesAGoldenModelBitForBit() {
    TensorFile golden = TensorFile.open(TestFiles.resource("arpg-micro.safetensors"));
    SafetensorsWriter writer = new SafetensorsWriter().metadata(golden.metadata());
    golden.tensors().values().forEach(tensor -> writer.add(tensor, tensor.type()));
    Path path = folder.resolve("copy.safetensors");
    writer.write(path);
    TestFiles.assertSameTensors(TensorFile.open(path), golden);
    assertThat(TensorFile.open(path).metadata()).isEqualTo(golden.metadata());
  }

  @Test
  void refusesBadNames() {
    SafetensorsWriter writer = new SafetensorsWriter().ints("a", Shape.of(), 1);
    for (String name : new String[] {"", "a", "__metadata__"}) {
      assertThatThrownBy(() -> writer.ints(name, Shape.of(), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the tensor name \"" + name + "\" is empty or taken");
    }
    assertThatThrownBy(() -> writer.add(source("b", 1), ElementType.U8))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private float roundTrip(ElementType type, float value) {
    Path path = folder.resolve("out.safetensors");
    new SafetensorsWriter().add(source("w", value), type).write(path);
    return TensorFile.open(path).tensor("w").readFloats()[0];
  }

  private static ArraySource source(String name, double value) {
    return new ArraySource(name, Shape.of(1), value);
  }

  private static float bits(String hex) {
    return Float.intBitsToFloat(Integer.parseUnsignedInt(hex.substring(2), 16));
  }
}
