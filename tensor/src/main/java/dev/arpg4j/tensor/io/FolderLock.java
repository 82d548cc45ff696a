package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder that one process at a time writes to. The system forgets the lock when the process ends,
 * however it ends; the empty file that carries it stays, for a file that goes while another waits
 * for it would lock nothing.
 */
public final class FolderLock implements AutoCloseable {
  /** The name of the file. */
  public static final String FILE_NAME = ".arpg4j.lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a folder, and deletes the temporary files that {@link AtomicFile} left in it in processes
   * that were killed.
   *
   * @throws InvalidInputException in one line, if it is locked, or cannot be written
   */
  public static FolderLock of(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FolderLock lock = new FolderLock(channel);
      try {
        if (!RecordFile.locked(channel)) {
          throw Refusal.of(folder, "is being written by another run; wait for it, or name another");
        }
        TemporaryFiles.deleteAbandoned(folder);
        return lock;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw Refusal.of(file, "cannot be written", e);
    }
  }

  @Override
  public void close() {
    RecordFile.closeQuietly(channel);
  }
}
