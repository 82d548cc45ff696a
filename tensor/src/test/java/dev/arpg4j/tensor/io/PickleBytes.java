package dev.arpg4j.tensor.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles opcode by opcode, and the archives around them, for tests of hostile ones. */
final class PickleBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A pickle of protocol 2. */
  PickleBytes() {
    op(0x80).op(2);
  }

  PickleBytes op(int... opcodes) {
    for (int opcode : opcodes) {
      bytes.write(opcode);
    }
    return this;
  }

  PickleBytes ops(String opcodes) {
    bytes.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.write('X');
    bytes.writeBytes(int32(utf8.length));
    bytes.writeBytes(utf8);
    return this;
  }

  PickleBytes whole(long value) {
    op(0x8a, 8);
    for (int i = 0; i < 8; i++) {
      bytes.write((int) (value >>> 8 * i));
    }
    return this;
  }

  PickleBytes int32Argument(int value) {
    bytes.writeBytes(int32(value));
    return this;
  }

  PickleBytes global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleBytes numbers(long... values) {
    op('(');
    for (long value : values) {
      whole(value);
    }
    return op('t');
  }

  PickleBytes storage(String type, String key, long elements) {
    op('(').text("storage").global("torch", type).text(key).text("cpu").whole(elements);
    return op('t', 'Q');
  }

  /** A float32 tensor of as many elements as fit {@code elements}, in storage {@code key}. */
  PickleBytes tensor(String key, long elements, long offset, long[] size, long[] stride) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').storage("FloatStorage", key, elements);
    return whole(offset).numbers(size).numbers(stride).op(0x89).ops("}tR");
  }

  /** A tensor of the two floats that {@link #archive} has under {@code data/0}. */
  PickleBytes pair() {
    return tensor("0", 2, 0, new long[] {2}, new long[] {1});
  }

  byte[] stop() {
    op('.');
    return bytes.toByteArray();
  }

  /** Writes an archive of this pickle and of two floats, 1.5 and -2, as {@code data/0}. */
  Path archive(Path path) {
    return archive(path, stop());
  }

  static Path archive(Path path, byte[] pickle) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("root/data.pkl", pickle);
    entries.put("root/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    entries.put("root/data/0", pairBytes());
    return zip(path, entries);
  }

  static byte[] pairBytes() {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(1.5f)
        .putFloat(-2)
        .array();
  }

  /** Writes an archive of uncompressed entries. */
  static Path zip(Path path, Map<String, byte[]> entries) {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setSize(content.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  private static byte[] int32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
