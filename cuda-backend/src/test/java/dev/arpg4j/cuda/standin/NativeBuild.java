package dev.arpg4j.cuda.standin;

import java.io.IOException;
import java.io.InputStream;
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
  private NativeBuild(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** The one whose results all tests share. */
  public static NativeBuild shared() {
    return new NativeBuild(Path.of(System.getProperty("arpg4j.standin", "target/standin")));
  }

  /** The text of a source of the tests' own. */
  static String source(String name) {
    try (InputStream stream = NativeBuild.class.getResourceAsStream("/native/" + name)) {
      if (stream == null) {
        throw new IllegalStateException("no native source " + name + " on the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("native source " + name, e);
    }
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
   * @param prefix the header that comes before the text and is compiled once for all units that it
   *     begins; empty for none
   * @param defines flags that say nothing to the prefix
   */
  public record Unit(
      String name,
      String text,
      Map<String, String> headers,
      List<String> flags,
      String prefix,
      List<String> defines) {

    /** One without a prefix. */
    static Unit of(String name, String text, Map<String, String> headers, List<String> flags) {
      return new Unit(name, text, headers, flags, "", List.of());
    }

    /** What its prefix is made of; the same for all units that share it. */
    private List<String> prefixParts() {
      List<String> parts = new ArrayList<>(List.of(VERSION.orElseThrow(), prefix));
      new TreeMap<>(headers).forEach((file, content) -> parts.addAll(List.of(file, content)));
      parts.addAll(flags);
      return parts;
    }
  }

  /** The object files of those units, in order, those that are missing made side by side. */
  public List<Path> objects(List<Unit> units) {
    // Before the workers, of whom only one could hold its lock.
    units.stream().filter(unit -> !unit.prefix.isEmpty()).forEach(this::prefix);
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
    List<String> parts = unit.prefixParts();
    parts.addAll(List.of(unit.name, unit.text));
    parts.addAll(unit.defines);
    return made(
        digest(parts) + ".o",
        (work, object) -> {
          Files.writeString(work.resolve(unit.name), unit.text);
          writeHeaders(unit, work);
          List<String> command = new ArrayList<>(List.of(COMPILER));
          command.addAll(unit.flags);
          command.addAll(unit.defines);
          if (!unit.prefix.isEmpty()) {
            command.addAll(List.of("-include", prefix(unit).toString()));
          }
          command.addAll(List.of("-x", "c++", "-c", unit.name, "-o", object.toString()));
          run(work, command);
        });
  }

  /** The unit's prefix, which has beside it what the compiler takes in its place. */
  private Path prefix(Unit unit) {
    return made(
            digest(unit.prefixParts()),
            (work, target) -> {
              Files.createDirectories(target);
              writeHeaders(unit, target);
              List<String> command = new ArrayList<>(List.of(COMPILER));
              command.addAll(unit.flags);
              command.addAll(List.of("-x", "c++-header", unit.prefix));
              command.addAll(List.of("-o", unit.prefix + ".gch"));
              run(target, command);
            })
        .resolve(unit.prefix);
  }

  private static void writeHeaders(Unit unit, Path folder) throws IOException {
    for (Map.Entry<String, String> header : unit.headers.entrySet()) {
      Path file = folder.resolve(header.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, header.getValue());
    }
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
