package dev.arpg4j.cuda.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Builds C++ sources with g++ once: each result is kept in a folder under the digest of all that it
 * was made of, so that a change builds anew what it touches and nothing else.
 */
public final class NativeBuild {
  private static final String COMPILER = "g++";
  private static final Optional<String> VERSION = version();

  private final Path folder;

  /**
   * @param folder where results are kept
   */
  public NativeBuild(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** Whether there is a compiler that makes what the sources here need. */
  public static boolean possible() {
    return VERSION.isPresent() && System.getProperty("os.arch").equals("amd64");
  }

  private static Optional<String> version() {
    try {
      Process asked = new ProcessBuilder(COMPILER, "--version").redirectErrorStream(true).start();
      String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return asked.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * One translation unit.
   *
   * @param name of the source file
   * @param text of the source file
   * @param headers beside it, text by name
   * @param flags for the compiler
   */
  public record Unit(String name, String text, Map<String, String> headers, List<String> flags) {}

  /** The object files of those units, in order, those that are missing made side by side. */
  public List<Path> objects(List<Unit> units) {
    try (ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Path>> made = units.stream().map(it -> workers.submit(() -> object(it))).toList();
      List<Path> objects = new ArrayList<>();
      for (Future<Path> each : made) {
        objects.add(each.get());
      }
      return objects;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Path object(Unit unit) {
    List<String> parts = new ArrayList<>(List.of(VERSION.orElseThrow(), unit.name, unit.text));
    new TreeMap<>(unit.headers).forEach((name, text) -> parts.addAll(List.of(name, text)));
    parts.addAll(unit.flags);
    return made(
        digest(parts) + ".o",
        (work, object) -> {
          Files.writeString(work.resolve(unit.name), unit.text);
          for (Map.Entry<String, String> header : unit.headers.entrySet()) {
            Path file = work.resolve(header.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, header.getValue());
          }
          List<String> command = new ArrayList<>(List.of(COMPILER));
          command.addAll(unit.flags);
          command.addAll(List.of("-x", "c++", "-c", unit.name, "-o", object.toString()));
          run(work, command);
        });
  }

  /** A shared library of those objects and other libraries, in a folder of its own. */
  public Path library(String fileName, List<Path> inputs, List<String> flags) {
    List<String> parts = new ArrayList<>(List.of(VERSION.orElseThrow(), fileName));
    inputs.forEach(input -> parts.add(input.toString()));
    parts.addAll(flags);
    return made(
            digest(parts),
            (work, target) -> {
              Files.createDirectories(target);
              List<String> command = new ArrayList<>(List.of(COMPILER, "-shared"));
              command.addAll(List.of("-o", target.resolve(fileName).toString()));
              command.add("-Wl,-soname," + fileName);
              inputs.forEach(input -> command.add(input.toString()));
              command.addAll(flags);
              run(work, command);
            })
        .resolve(fileName);
  }

  /** A folder that holds links to those files and nothing else. */
  public Path folder(List<Path> files) {
    return made(
        digest(files.stream().map(Path::toString).toList()),
        (work, target) -> {
          Files.createDirectories(target);
          for (Path file : files) {
            Files.createSymbolicLink(target.resolve(file.getFileName()), file);
          }
        });
  }

  /** A file of that text. */
  public Path file(String fileName, String text) {
    return made(
            digest(List.of(fileName, text)),
            (work, target) -> {
              Files.createDirectories(target);
              Files.writeString(target.resolve(fileName), text);
            })
        .resolve(fileName);
  }

  @FunctionalInterface
  private interface Recipe {
    void make(Path work, Path target) throws IOException;
  }

  /** Made in a folder of its own and moved into place; a second process waits for the first. */
  private Path made(String name, Recipe recipe) {
    Path result = folder.resolve(name);
    if (Files.exists(result)) {
      return result;
    }
    try {
      Files.createDirectories(folder);
      Path work = Files.createTempDirectory(folder, "work");
      try (FileChannel lock = lock(name)) {
        lock.lock();
        if (!Files.exists(result)) {
          recipe.make(work, work.resolve(name));
          Files.move(work.resolve(name), result, StandardCopyOption.ATOMIC_MOVE);
        }
        return result;
      } finally {
        delete(work);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot build in " + folder, e);
    }
  }

  private FileChannel lock(String name) throws IOException {
    return FileChannel.open(
        folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void run(Path work, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String digest(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      parts.forEach(part -> digest.update((part + "\0").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
