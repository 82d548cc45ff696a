package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What every file that a command writes must be: known by its name, writable, and no input. */
final class ResultFiles {
  private ResultFiles() {}

  /**
   * Refuses a name with another ending.
   *
   * @return the file
   */
  static Path named(String flag, Path file, String extension) {
    if (!hasExtension(file, extension)) {
      throw new InvalidInputException(
          "%s %s: expected a name that ends in %s".formatted(flag, file, extension));
    }
    return file;
  }

  /** The place of a result's settings and times. */
  static Path beside(Path result) {
    String name = result.getFileName().toString();
    return result.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".json");
  }

  /** Refuses a file that cannot be written, or is read. */
  static void requireWritable(String flag, Path file, List<Path> inputs) {
    AtomicFile.check(file);
    requireNotRead(flag, file, inputs);
  }

  /** Refuses a file that is read. */
  static void requireNotRead(String flag, Path file, List<Path> inputs) {
    for (Path read : inputs) {
      if (isSame(file, read)) {
        throw new InvalidInputException(
            "%s %s: this file is read; expected another".formatted(flag, file));
      }
    }
  }

  /** Refuses one name for several results. */
  static void requireApart(List<Path> results) {
    Set<Path> seen = new HashSet<>();
    for (Path result : results) {
      if (!seen.add(result.toAbsolutePath().normalize())) {
        throw new InvalidInputException(
            "%s: two results would be written there; expected a name for each".formatted(result));
      }
    }
  }

  /** Whether a folder is meant and not a file with that ending; any other ending is refused. */
  static boolean isFolder(String flag, Path out, String extension) {
    if (Files.isDirectory(out)) {
      return true;
    }
    if (hasExtension(out, extension)) {
      return false;
    }
    if (Files.exists(out) || out.getFileName().toString().contains(".")) {
      throw new InvalidInputException(
          "%s %s: expected a name that ends in %s, or a folder".formatted(flag, out, extension));
    }
    return true;
  }

  /** Refuses a folder that is not there and cannot be made, or cannot be written to. */
  static void requireFolder(String flag, Path folder) {
    Path existing = Files.isDirectory(folder) ? folder : folder.toAbsolutePath().getParent();
    if (existing == null || !Files.isDirectory(existing)) {
      throw new InvalidInputException(
          "%s %s: cannot be made: the folder %s does not exist".formatted(flag, folder, existing));
    }
    if (!Files.isWritable(existing)) {
      throw new InvalidInputException(
          "%s %s: the folder %s is write-protected".formatted(flag, folder, existing));
    }
  }

  /** Makes a folder if it is not there. */
  static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be made", e);
    }
  }

  static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      throw new UncheckedIOException(one + " cannot be compared with " + other, e);
    }
  }

  private static boolean hasExtension(Path file, String extension) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(extension);
  }
}
