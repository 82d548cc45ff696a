package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The temporary files being written now; those still there when the JVM ends are deleted. */
final class TemporaryFiles {
  /** As {@link #create} has it: of which process, and its number there. */
  private static final Pattern NAME = Pattern.compile("\\.arpg4j-(\\d{1,18})-\\d+\\.tmp");

  private static final Set<Path> OPEN = new HashSet<>();
  private static final Set<Runnable> LAST_WORDS = new LinkedHashSet<>();
  private static long created;
  private static boolean hooked;
  private static boolean ending;

  private TemporaryFiles() {}

  /** See {@link AtomicFile#beforeEnding}. */
  static synchronized void beforeEnding(Runnable lastWords) {
    if (!hooked && !ending) {
      hook();
    }
    LAST_WORDS.add(lastWords);
  }

  /** Takes {@link #beforeEnding} back. */
  static synchronized void forget(Runnable lastWords) {
    LAST_WORDS.remove(lastWords);
  }

  /**
   * Deletes those in {@code folder} whose process was killed. One of another machine cannot be told
   * from them, so nobody but the caller is to be writing there.
   */
  static synchronized void deleteAbandoned(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".arpg4j-*.tmp")) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && isAbandoned(Long.parseLong(name.group(1)), file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** One of this process's number may be left by an earlier one: in a container they repeat. */
  private static boolean isAbandoned(long pid, Path file) {
    return pid == ProcessHandle.current().pid()
        ? OPEN.stream().noneMatch(open -> open.getFileName().equals(file.getFileName()))
        : ProcessHandle.of(pid).isEmpty();
  }

  /** Creates an empty file in {@code folder}, with the permissions any new file gets. */
  static synchronized Path create(Path folder) throws IOException {
    if (!hooked && !ending) {
      hook();
    }
    if (ending) {
      throw new IOException("the program is ending");
    }
    while (true) {
      Path path =
          folder.resolve(".arpg4j-" + ProcessHandle.current().pid() + "-" + created++ + ".tmp");
      // A process of the same number may run on another machine, or have been killed here.
      if (createNew(path)) {
        OPEN.add(path);
        return path;
      }
    }
  }

  /**
   * Moves files made by {@link #create} to where they belong, replacing what is there.
   *
   * @throws InvalidInputException in one line that names the place, if a file cannot be moved there
   */
  static synchronized void moveIntoPlace(Map<Path, Path> placeOf) throws IOException {
    if (ending) {
      throw new IOException("the program is ending");
    }
    for (Map.Entry<Path, Path> move : placeOf.entrySet()) {
      try {
        Files.move(move.getKey(), move.getValue(), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw Refusal.of(move.getValue(), "cannot be written", e);
      }
      OPEN.remove(move.getKey());
    }
  }

  /** Deletes {@code path} if it has not been moved away. */
  static synchronized void delete(Path path) throws IOException {
    if (OPEN.remove(path)) {
      Files.deleteIfExists(path);
    }
  }

  private static boolean createNew(Path path) throws IOException {
    try {
      Files.createFile(path);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  private static void hook() {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFiles::end));
      hooked = true;
    } catch (IllegalStateException shuttingDown) {
      ending = true;
    }
  }

  /** Files may still be written while last words are said, and not after. */
  private static void end() {
    List<Runnable> lastWords;
    synchronized (TemporaryFiles.class) {
      lastWords = List.copyOf(LAST_WORDS);
    }
    lastWords.forEach(Runnable::run);
    deleteAll();
  }

  private static synchronized void deleteAll() {
    ending = true;
    @Nullable IOException failure = null;
    for (Path path : OPEN) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new UncheckedIOException(failure);
    }
  }
}
