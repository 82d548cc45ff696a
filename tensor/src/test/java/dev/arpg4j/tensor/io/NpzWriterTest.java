package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzWriterTest {
  @TempDir Path folder;

  @Test
  void writesEveryType() throws IOException {
    Path path = folder.resolve("a.npz");
    NpzWriter.write(
        path,
        npz -> {
          npz.bytes("u1", Shape.of(2, 1), (byte) 1, (byte) 255);
          npz.ints("i4", Shape.of(1), -2);
          npz.longs("i8", Shape.of(1), -1L << 32);
          npz.floats("f4", Shape.of(), 1.5f);
          npz.doubles("f8", Shape.of(0, 3));
        });
    assertThat(names(path)).containsExactly("u1.npy", "i4.npy", "i8.npy", "f4.npy", "f8.npy");
    assertNpy(path, "u1", "|u1", "(2, 1)", (byte) 1, (byte) 255);
    assertNpy(path, "i4", "<i4", "(1,)", (byte) -2, (byte) -1, (byte) -1, (byte) -1);
    byte ones = (byte) -1;
    byte zero = 0;
    assertNpy(path, "i8", "<i8", "(1,)", zero, zero, zero, zero, ones, ones, ones, ones);
    assertNpy(path, "f4", "<f4", "()", (byte) 0, (byte) 0, (byte) 0xC0, (byte) 0x3F);
    assertNpy(path, "f8", "<f8", "(0, 3)");
  }

  @Test
  void writesInPiecesOfAnySize() throws IOException {
    int count = 50_000;
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    Path path = folder.resolve("a.npz");
    NpzWriter.write(
        path,
        npz ->
            npz.add(
                "a",
                NpzWriter.Type.FLOAT64,
                Shape.of(100, 500),
                to -> {
                  to.put(values, 0, 1);
                  to.put(values, 1, 30_000);
                  to.put(values, 30_001, count - 30_001);
                }));
    ByteBuffer data = ByteBuffer.wrap(content(path, "a")).order(ByteOrder.LITTLE_ENDIAN);
    data.position(128);
    for (int i = 0; i < count; i++) {
      assertThat(data.getDouble()).isEqualTo(i);
    }
    assertThat(data.hasRemaining()).isFalse();
  }

  @Test
  void equalContentGivesEqualBytes() {
    Path one = folder.resolve("one.npz");
    Path two = folder.resolve("two.npz");
    NpzWriter.write(one, npz -> npz.ints("a", Shape.of(2), 1, 2));
    NpzWriter.write(two, npz -> npz.ints("a", Shape.of(2), 1, 2));
    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void refusesValuesThatDoNotMatchTheShape() {
    assertRefused(npz -> npz.ints("a", Shape.of(3), 1, 2), "2 values for array a; expected 3");
    assertRefused(npz -> npz.ints("a", Shape.of(1), 1, 2), "more than the 1 values");
    assertRefused(
        npz -> npz.add("a", NpzWriter.Type.INT32, Shape.of(1), to -> to.put(new byte[1], 0, 1)),
        "UINT8 values for array a of INT32");
  }

  @Test
  void refusesBadNames() {
    assertRefused(npz -> npz.ints("", Shape.of(0)), "the array name \"\" is empty or taken");
    assertRefused(
        npz -> {
          npz.ints("a", Shape.of(0));
          npz.ints("a", Shape.of(0));
        },
        "the array name \"a\" is empty or taken");
  }

  @Test
  void leavesNothingBehindWhenItFails() {
    assertThatThrownBy(
            () ->
                NpzWriter.write(
                    folder.resolve("a.npz"),
                    npz -> {
                      npz.ints("a", Shape.of(1), 1);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("a.npz: cannot be written: No space left on device");
    assertThat(folder).isEmptyDirectory();
  }

  private void assertRefused(NpzWriter.Arrays arrays, String expected) {
    assertThatThrownBy(() -> NpzWriter.write(folder.resolve("a.npz"), arrays))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
    assertThat(folder).isEmptyDirectory();
  }

  private static void assertNpy(Path path, String name, String type, String shape, byte... data)
      throws IOException {
    byte[] bytes = content(path, name);
    int start = bytes.length - data.length;
    assertThat(start).isEqualTo(128);
    assertThat(bytes).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0).endsWith(data);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .isEqualTo(
            "%-117s\n"
                .formatted(
                    "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }"));
  }

  private static byte[] content(Path path, String name) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name + ".npy"))) {
      return in.readAllBytes();
    }
  }

  private static List<String> names(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return Collections.list(zip.entries()).stream().map(entry -> entry.getName()).toList();
    }
  }
}
