package dev.arpg4j.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * The zip that {@code torch.save} writes: uncompressed entries whose bytes begin at multiples of
 * 64, with the 64-bit records wherever a size or an offset does not fit 32 bits. Entries are
 * streamed; their checksum is put in when they end.
 *
 * <p>Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3; the padding is PyTorch's (an extra field
 * "FB").
 */
final class TorchArchive implements AutoCloseable {
  private static final int ALIGNMENT = 64;
  private static final long LARGE = 0xFFFFFFFFL;
  private static final int CHECKSUM_AT = 14;
  private static final int PADDING_FIELD = 'F' | 'B' << 8;

  private final FileChannel channel;
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  /** What writes an entry. */
  @FunctionalInterface
  interface Content {
    void writeTo(Entry entry) throws IOException;
  }

  /** An entry being written. */
  final class Entry {
    private final CRC32 checksum = new CRC32();

    void write(ByteBuffer bytes) throws IOException {
      checksum.update(bytes.duplicate());
      writeFully(bytes);
    }

    /** Leaves a hole, whose zeros are not part of the checksum. */
    void skip(long count) throws IOException {
      channel.position(channel.position() + count);
    }
  }

  TorchArchive(Path path) throws IOException {
    channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  void add(String name, byte[] content) throws IOException {
    add(name, content.length, entry -> entry.write(ByteBuffer.wrap(content)));
  }

  /** Adds an entry of {@code length} bytes, which {@code content} writes. */
  void add(String name, long length, Content content) throws IOException {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    long start = channel.position();
    boolean wide = length >= LARGE;
    int wideBytes = wide ? 20 : 0;
    long unpadded = start + 30 + utf8.length + wideBytes + 4;
    int padding = (int) (Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT - unpadded);
    ByteBuffer header = littleEndian(30 + utf8.length + wideBytes + 4 + padding);
    header.putInt(0x04034b50).putShort((short) (wide ? 45 : 20)).putShort((short) 0x800);
    header.putShort((short) 0).putInt(0).putInt(0); // stored, no time, checksum to come
    header.putInt(narrow(length)).putInt(narrow(length));
    header.putShort((short) utf8.length).putShort((short) (wideBytes + 4 + padding)).put(utf8);
    if (wide) {
      header.putShort((short) 1).putShort((short) 16).putLong(length).putLong(length);
    }
    header.putShort((short) PADDING_FIELD).putShort((short) padding);
    while (header.hasRemaining()) {
      header.put((byte) 'Z');
    }
    writeFully(header.flip());
    long from = channel.position();
    Entry entry = new Entry();
    content.writeTo(entry);
    if (channel.position() - from != length) {
      throw new IllegalStateException(name + " has not " + length + " bytes");
    }
    int checksum = (int) entry.checksum.getValue();
    channel.write(littleEndian(4).putInt(checksum).flip(), start + CHECKSUM_AT);
    list(utf8, checksum, length, start);
  }

  private void list(byte[] name, int checksum, long length, long start) {
    ByteBuffer extra = littleEndian(28);
    extra.putShort((short) 1).putShort((short) 0);
    if (length >= LARGE) {
      extra.putLong(length).putLong(length);
    }
    if (start >= LARGE) {
      extra.putLong(start);
    }
    extra.putShort(2, (short) (extra.position() - 4));
    int extraBytes = extra.position() == 4 ? 0 : extra.position();
    ByteBuffer entry = littleEndian(46 + name.length + extraBytes);
    entry.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putShort((short) 0x800);
    entry.putShort((short) 0).putInt(0).putInt(checksum);
    entry.putInt(narrow(length)).putInt(narrow(length));
    entry.putShort((short) name.length).putShort((short) extraBytes).putShort((short) 0);
    entry.putShort((short) 0).putShort((short) 0).putInt(0).putInt(narrow(start));
    entry.put(name).put(extra.array(), 0, extraBytes);
    directory.writeBytes(entry.array());
    entries++;
  }

  /** Writes the directory, after which the archive is whole. */
  @Override
  public void close() throws IOException {
    try (channel) {
      long start = channel.position();
      long length = directory.size();
      writeFully(ByteBuffer.wrap(directory.toByteArray()));
      long end = channel.position();
      ByteBuffer records = littleEndian(56 + 20 + 22);
      if (start >= LARGE) {
        records.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
        records.putInt(0).putInt(0).putLong(entries).putLong(entries);
        records.putLong(length).putLong(start);
        records.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
      }
      records.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
      records.putInt((int) length).putInt(narrow(start)).putShort((short) 0);
      writeFully(records.flip());
    }
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static int narrow(long value) {
    return (int) Math.min(value, LARGE);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
