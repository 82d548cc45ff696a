package dev.arpg4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder that is gone when it is closed, or when the process is interrupted. */
final class StagingFolder implements AutoCloseable {
  private final Path path;
  private final Thread atExit = new Thread(this::delete, "delete staging folder");

  private StagingFolder(Path path) {
    this.path = path;
  }

  static StagingFolder create() throws IOException {
    StagingFolder folder = new StagingFolder(Files.createTempDirectory("arpg4j-"));
    Runtime.getRuntime().addShutdownHook(folder.atExit);
    return folder;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    delete();
  }

  private void delete() {
    try {
      for (Path file : deepestFirst()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be deleted", e);
    }
  }

  private List<Path> deepestFirst() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
