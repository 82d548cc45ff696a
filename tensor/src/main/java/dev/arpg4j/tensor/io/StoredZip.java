package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a zip archive, for mapping uncompressed entries where they lie. The JDK's own
 * reader does not tell an entry's place in the file.
 *
 * <p>Source: PKWARE's APPNOTE.TXT, sections 4.3 (records) and 4.5.3 (zip64).
 */
final class StoredZip {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final long LARGEST_DIRECTORY = 1 << 26;
  private static final long IN_ZIP64 = 0xFFFFFFFFL;
  private static final int ENCRYPTED = 1;
  private static final int ZIP64_FIELD = 1;

  private final MappedFile file;
  private final FileChannel channel;
  private final long directoryStart;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Where an entry's bytes begin in the file, and how many there are. */
  record Region(long position, long length) {}

  private record Entry(int flags, int method, long packed, long length, long header) {}

  private record Directory(long position, long length) {}

  private StoredZip(MappedFile file, FileChannel channel, long directoryStart) {
    this.file = file;
    this.channel = channel;
    this.directoryStart = directoryStart;
  }

  /** Reads the directory at the archive's end. */
  static StoredZip open(MappedFile file, FileChannel channel) throws IOException {
    Directory directory = directory(file, channel);
    if (directory.length() > LARGEST_DIRECTORY) {
      throw Refusal.of(
          file.path(),
          "zip directory takes "
              + directory.length()
              + " bytes; expected at most "
              + LARGEST_DIRECTORY);
    }
    StoredZip zip = new StoredZip(file, channel, directory.position());
    zip.readEntries(file.read(channel, directory.position(), (int) directory.length()));
    return zip;
  }

  /** The names of all entries, in the directory's order. */
  Set<String> names() {
    return entries.keySet();
  }

  /** Where the named entry lies; null if the archive has none. */
  @Nullable Region find(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    if (entry.method() != 0
        || entry.packed() != entry.length()
        || (entry.flags() & ENCRYPTED) != 0) {
      throw refused("entry " + Refusal.name(name) + " is compressed or encrypted; expected stored");
    }
    if (entry.header() < 0 || entry.header() > directoryStart - LOCAL_BYTES) {
      throw refused("entry " + Refusal.name(name) + " lies outside the file");
    }
    ByteBuffer local = file.read(channel, entry.header(), LOCAL_BYTES);
    if (local.getInt(0) != LOCAL_HEADER) {
      throw refused("entry " + Refusal.name(name) + " is not where the zip directory says");
    }
    long position = entry.header() + LOCAL_BYTES + unsigned(local, 26) + unsigned(local, 28);
    if (entry.length() < 0 || position > directoryStart - entry.length()) {
      throw refused("entry " + Refusal.name(name) + " lies outside the file");
    }
    return new Region(position, entry.length());
  }

  private static Directory directory(MappedFile file, FileChannel channel) throws IOException {
    int length = (int) Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
    long start = file.size() - length;
    ByteBuffer tail = file.read(channel, start, length);
    int end = length - END_BYTES;
    while (end >= 0 && !endsHere(tail, end)) {
      end--;
    }
    if (end < 0) {
      throw Refusal.of(file.path(), "is a zip archive without its end record (cut short?)");
    }
    Directory directory =
        end >= LOCATOR_64_BYTES && tail.getInt(end - LOCATOR_64_BYTES) == LOCATOR_64
            ? directory64(file, channel, tail.getLong(end - LOCATOR_64_BYTES + 8))
            : new Directory(
                Integer.toUnsignedLong(tail.getInt(end + 16)),
                Integer.toUnsignedLong(tail.getInt(end + 12)));
    if (directory.length() < 0
        || directory.position() < 0
        || directory.position() > start + end - directory.length()) {
      throw Refusal.of(file.path(), "zip directory lies outside the file");
    }
    return directory;
  }

  /** The end record is the one whose comment reaches exactly to the end of the file. */
  private static boolean endsHere(ByteBuffer tail, int at) {
    return tail.getInt(at) == END && at + END_BYTES + unsigned(tail, at + 20) == tail.capacity();
  }

  private static Directory directory64(MappedFile file, FileChannel channel, long position)
      throws IOException {
    if (position < 0 || position > file.size() - END_64_BYTES) {
      throw Refusal.of(file.path(), "zip64 end record lies outside the file");
    }
    ByteBuffer end = file.read(channel, position, END_64_BYTES);
    if (end.getInt(0) != END_64) {
      throw Refusal.of(file.path(), "zip64 end record is not where its locator says");
    }
    return new Directory(end.getLong(48), end.getLong(40));
  }

  private void readEntries(ByteBuffer directory) {
    while (directory.hasRemaining()) {
      int at = directory.position();
      if (directory.remaining() < CENTRAL_BYTES || directory.getInt(at) != CENTRAL_HEADER) {
        throw refused("zip directory is damaged after " + entries.size() + " entries");
      }
      int nameBytes = unsigned(directory, at + 28);
      int extraBytes = unsigned(directory, at + 30);
      int next = at + CENTRAL_BYTES + nameBytes + extraBytes + unsigned(directory, at + 32);
      if (next > directory.limit()) {
        throw refused("zip directory is damaged after " + entries.size() + " entries");
      }
      byte[] name = new byte[nameBytes];
      directory.get(at + CENTRAL_BYTES, name);
      ByteBuffer extra =
          directory.slice(at + CENTRAL_BYTES + nameBytes, extraBytes).order(directory.order());
      String text = new String(name, StandardCharsets.UTF_8);
      if (entries.put(text, entry(directory, at, extra)) != null) {
        throw refused("zip archive has two entries " + Refusal.name(text));
      }
      directory.position(next);
    }
  }

  /**
   * An entry of the directory, with the numbers that did not fit 32 bits taken from {@code extra}.
   */
  private Entry entry(ByteBuffer directory, int at, ByteBuffer extra) {
    long packed = Integer.toUnsignedLong(directory.getInt(at + 20));
    long length = Integer.toUnsignedLong(directory.getInt(at + 24));
    long header = Integer.toUnsignedLong(directory.getInt(at + 42));
    ByteBuffer wide = zip64(extra);
    length = length == IN_ZIP64 ? next(wide) : length;
    packed = packed == IN_ZIP64 ? next(wide) : packed;
    header = header == IN_ZIP64 ? next(wide) : header;
    int flags = unsigned(directory, at + 8);
    return new Entry(flags, unsigned(directory, at + 10), packed, length, header);
  }

  private long next(ByteBuffer wide) {
    if (wide.remaining() < Long.BYTES) {
      throw refused("zip directory is damaged after " + entries.size() + " entries");
    }
    return wide.getLong();
  }

  /** The zip64 field among the extra fields; empty if there is none. */
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xFFFF;
      int length = Math.min(extra.getShort() & 0xFFFF, extra.remaining());
      if (id == ZIP64_FIELD) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return extra.slice(extra.limit(), 0);
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xFFFF;
  }

  private InvalidInputException refused(String what) {
    return Refusal.of(file.path(), what);
  }
}
