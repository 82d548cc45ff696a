package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished result of a long run: records of one size, appended as they are made, after a
 * header that says which run they belong to. A run that is killed and started again opens the same
 * file and goes on after the last whole record; a run with other settings is refused, and so is a
 * second one at the same time. It is a file for this program alone, deleted when the result is in
 * place.
 *
 * <p>The header is text: a line that names the format, one line {@code name=value} for each
 * setting, and an empty line.
 */
public final class RecordFile implements AutoCloseable {
  private static final String FORMAT = "arpg4j unfinished 1";
  private static final String HEADER_END = "\n\n";
  private static final int LONGEST_HEADER = 1 << 16;
  private static final int RUN = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long start;
  private final int recordBytes;
  private long records;

  private RecordFile(Path path, FileChannel channel, long start, int recordBytes)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.start = start;
    this.recordBytes = recordBytes;
    this.records = Math.max(0, channel.size() - start) / recordBytes;
  }

  /** Takes the bytes of records, in pieces. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next bytes. */
    void take(byte[] bytes) throws IOException;
  }

  /**
   * Opens the file of a run, or begins one.
   *
   * @param settings all that the records depend on; names and values without line breaks
   * @param recordBytes 1 or more
   * @throws InvalidInputException in one line, if the file belongs to another run, is being written
   *     by one, or cannot be read and written; it is as before
   */
  public static RecordFile open(Path path, Map<String, String> settings, int recordBytes) {
    byte[] header = header(settings);
    @Nullable FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      lock(path, channel);
      byte[] found = read(channel, 0, (int) Math.min(channel.size(), LONGEST_HEADER));
      if (!Arrays.equals(
          found, 0, Math.min(found.length, header.length), header, 0, header.length)) {
        if (isStartOf(found, header)) {
          // Killed before its header was whole: it holds no record.
          writeFully(channel, ByteBuffer.wrap(header), 0);
        } else {
          throw Refusal.of(
              path, difference(found, settings) + "; delete it, or name another result");
        }
      }
      RecordFile opened = new RecordFile(path, channel, header.length, recordBytes);
      channel = null;
      return opened;
    } catch (IOException e) {
      throw Refusal.of(path, "cannot be written", e);
    } finally {
      closeQuietly(channel);
    }
  }

  /** How many whole records there are. */
  public long records() {
    return records;
  }

  /**
   * Appends records and has them on the disk when it returns.
   *
   * @throws InvalidInputException in one line, if they cannot be written, for instance to a full
   *     disk; the records before them stay, and the run can be repeated
   */
  public void append(byte[] bytes) {
    if (bytes.length % recordBytes != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes of records of " + recordBytes);
    }
    try {
      writeFully(channel, ByteBuffer.wrap(bytes), start + records * recordBytes);
      channel.force(false);
    } catch (IOException e) {
      throw Refusal.of(
          path, "cannot be written after %d records, which are kept".formatted(records), e);
    }
    records += bytes.length / recordBytes;
  }

  /**
   * Reads the first {@code count} records.
   *
   * @param count at most {@link #records}
   */
  public void read(long count, Sink sink) throws IOException {
    long end = start + Math.multiplyExact(Objects.checkIndex(count, records + 1), recordBytes);
    for (long at = start; at < end; at += RUN) {
      sink.take(read(channel, at, (int) Math.min(RUN, end - at)));
    }
  }

  /** Deletes the file: the result is in place. */
  public void delete() {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw Refusal.of(path, "cannot be deleted", e);
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static byte[] header(Map<String, String> settings) {
    StringBuilder text = new StringBuilder(FORMAT);
    settings.forEach((name, value) -> text.append('\n').append(name).append('=').append(value));
    return text.append(HEADER_END).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isStartOf(byte[] found, byte[] header) {
    return found.length < header.length
        && Arrays.equals(found, 0, found.length, header, 0, found.length);
  }

  /** What is said of a file whose header is not the one expected. */
  private static String difference(byte[] found, Map<String, String> settings) {
    String text = new String(found, StandardCharsets.UTF_8);
    int end = text.indexOf(HEADER_END);
    if (!text.startsWith(FORMAT + "\n") || end < 0) {
      return "is in the place of an unfinished result and is none";
    }
    Map<String, String> there = new LinkedHashMap<>();
    text.substring(0, end)
        .lines()
        .skip(1)
        .forEach(
            line -> {
              int at = Math.max(0, line.indexOf('='));
              there.put(line.substring(0, at), line.substring(Math.min(at + 1, line.length())));
            });
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String other = there.get(setting.getKey());
      if (!setting.getValue().equals(other)) {
        return "belongs to another run, whose %s is %s and not %s"
            .formatted(
                setting.getKey(),
                Refusal.name(other == null ? "unknown" : other),
                Refusal.name(setting.getValue()));
      }
    }
    return "belongs to another run";
  }

  private static void lock(Path path, FileChannel channel) throws IOException {
    if (!locked(channel)) {
      throw Refusal.of(
          path, "is being written by another run; wait for it, or name another result");
    }
  }

  /** Locks a file until its channel is closed; false if somebody else has, here or elsewhere. */
  static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException taken) {
      return false;
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private static byte[] read(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, position + bytes.position());
      if (read < 0) {
        throw new EOFException("ends after " + (position + bytes.position()) + " bytes");
      }
    }
    return bytes.array();
  }

  /** Everything appended was forced to the disk before: closing cannot lose it. */
  static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        return;
      }
    }
  }
}
