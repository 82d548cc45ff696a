package dev.arpg4j.tensor.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of which byte ranges are mapped on demand, as long as it keeps the size it was checked at.
 * What is mapped beyond a file's end fails with an {@link InternalError} at the first touch, so the
 * size is asked again before each mapping; {@link MappedReader} refuses a file that shrinks later.
 */
record MappedFile(Path path, long size) {

  /** Maps {@code length} bytes from {@code position}, until {@code arena} closes. */
  MemorySegment map(long position, long length, Arena arena) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() != size) {
        throw Refusal.of(
            path, "has " + channel.size() + " bytes; expected the " + size + " it was opened with");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, position, length, arena);
    } catch (IOException e) {
      throw Refusal.of(path, "cannot be read", e);
    }
  }

  /** Reads {@code count} bytes from {@code position} into the heap, as little endian. */
  ByteBuffer read(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw Refusal.of(path, "was cut short while it was read");
      }
    }
    return buffer.flip();
  }
}
