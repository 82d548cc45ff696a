package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a file so that it is there whole or not at all: into a temporary file beside the target,
 * which is moved into place when it is complete and on the disk. A file that was there before stays
 * until that moment. Whatever ends the writing early (an exception, a full disk, an interrupt from
 * the keyboard) takes the temporary file with it.
 */
public final class AtomicFile {
  private static final int BUFFER = 1 << 16;

  private AtomicFile() {}

  /** What to write. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to {@code out}, which may be closed or left open. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code content} to {@code target}, replacing what was there.
   *
   * @throws InvalidInputException in one line, if {@code target} cannot be written or the disk is
   *     full; whatever else {@code content} throws is passed on. In both cases {@code target} is as
   *     before
   */
  public static void write(Path target, Content content) {
    writeAll(Map.of(target, content));
  }

  /**
   * Writes several files that belong together: all are complete and on the disk before the first is
   * moved into place, and an interrupt finds either none or all of them moved.
   *
   * @throws InvalidInputException in one line, as {@link #write} does; every target is as before
   *     unless moving itself fails half way
   */
  public static void writeAll(Map<Path, Content> files) {
    files.keySet().forEach(AtomicFile::check);
    Map<Path, Path> placeOf = new LinkedHashMap<>();
    Path current = Path.of("");
    try {
      try {
        for (Map.Entry<Path, Content> file : files.entrySet()) {
          current = file.getKey();
          Path place = Files.exists(current) ? current.toRealPath() : current.toAbsolutePath();
          Path beside = TemporaryFiles.create(folderOf(place));
          placeOf.put(beside, place);
          fill(beside, file.getValue());
        }
        TemporaryFiles.moveIntoPlace(placeOf);
      } finally {
        for (Path beside : placeOf.keySet()) {
          TemporaryFiles.delete(beside);
        }
      }
    } catch (IOException e) {
      throw Refusal.of(current, "cannot be written", e);
    }
  }

  /**
   * Asks whether {@code target} looks writable, without writing anything: worth knowing before the
   * long work whose result goes there.
   *
   * @throws InvalidInputException if its folder does not exist or cannot be written, or if
   *     something other than a regular file is in the place
   */
  public static void check(Path target) {
    Path folder = folderOf(target.toAbsolutePath());
    if (Files.isDirectory(target)) {
      throw Refusal.of(target, "is a folder; expected the name of a file to write");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw Refusal.of(target, "is not a regular file; expected one, or none, to write");
    }
    if (!Files.exists(folder)) {
      throw Refusal.of(target, "cannot be written: the folder " + folder + " does not exist");
    }
    if (!Files.isDirectory(folder)) {
      throw Refusal.of(target, "cannot be written: " + folder + " is not a folder");
    }
    if (!Files.isWritable(folder)) {
      throw Refusal.of(target, "cannot be written: the folder " + folder + " is write-protected");
    }
  }

  /**
   * Has work done when a signal ends the program, before the temporary files go: what it, or
   * another thread meanwhile, writes here is still moved into place.
   *
   * @return to be closed when there is nothing to do any more
   */
  public static LastWords beforeEnding(Runnable work) {
    TemporaryFiles.beforeEnding(work);
    return () -> TemporaryFiles.forget(work);
  }

  /** Work to be done if the program is ended. */
  @FunctionalInterface
  public interface LastWords extends AutoCloseable {
    @Override
    void close();
  }

  private static void fill(Path beside, Content content) throws IOException {
    try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
      content.writeTo(new KeptOpen(out));
      out.flush();
      // Some file systems report a full disk only here, and a move must not overtake the content.
      channel.force(true);
    }
  }

  private static Path folderOf(Path absolute) {
    Path folder = absolute.getParent();
    return folder == null ? absolute : folder;
  }

  /** Lets writers close what they were given, while the file is still to be forced to the disk. */
  private static final class KeptOpen extends FilterOutputStream {
    KeptOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
