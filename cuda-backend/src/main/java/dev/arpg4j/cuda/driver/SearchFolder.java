package dev.arpg4j.cuda.driver;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder that may hold CUDA's libraries.
 *
 * @param path an existing folder
 * @param how what led there
 */
record SearchFolder(Path path, String how) {
  static final String GIVEN = "--cuda-libs";
  static final String VARIABLE = "ARPG4J_CUDA_LIBS";

  /**
   * Where wheels keep their libraries: CUDA 13 in one folder, cuDNN and older ones in their own.
   */
  private static final List<String> WHEELS =
      List.of(
          "nvidia/cu13/lib",
          "nvidia/cudnn/lib",
          "nvidia/cublas/lib",
          "nvidia/cuda_nvrtc/lib",
          "nvidia/cuda_runtime/lib");

  /** Where a toolkit keeps them, under its own folder. */
  private static final List<String> TOOLKIT =
      List.of("lib64", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib", "lib");

  /** Where the system's loader looks when nothing tells it more. */
  private static final List<String> SYSTEM =
      List.of(
          "/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib");

  /**
   * What is looked at.
   *
   * @param variables the environment
   * @param root the file system's root
   */
  record Machine(Map<String, String> variables, Path root) {
    static Machine here() {
      return new Machine(System.getenv(), Path.of("/"));
    }

    private Path at(String absolute) {
      return root.resolve(absolute.substring(1));
    }

    private List<Path> paths(String variable) {
      return split(variables.getOrDefault(variable, ""), File.pathSeparator);
    }
  }

  /** All that exist, in the order of the search, each once. */
  static List<SearchFolder> inOrder(List<Path> given, Machine machine) {
    List<SearchFolder> all = new ArrayList<>();
    asked(all, given, GIVEN);
    asked(all, machine.paths(VARIABLE), VARIABLE);
    python(all, machine);
    toolkit(all, machine);
    add(all, machine.at("/usr/local/nvidia/lib64"), "the driver's mount");
    add(all, machine.at("/usr/local/nvidia/lib"), "the driver's mount");
    loader(all, machine);
    Set<Path> seen = new LinkedHashSet<>();
    return all.stream().filter(folder -> seen.add(folder.path())).toList();
  }

  private static void asked(List<SearchFolder> all, List<Path> given, String how) {
    for (Path folder : given) {
      if (!Files.isDirectory(folder)) {
        throw new InvalidInputException("%s %s: no such folder".formatted(how, folder));
      }
      add(all, folder.toAbsolutePath(), how);
      TOOLKIT.forEach(inside -> add(all, folder.toAbsolutePath().resolve(inside), how));
    }
  }

  private static void python(List<SearchFolder> all, Machine machine) {
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      machine.paths(variable).forEach(prefix -> wheels(all, prefix, variable));
    }
    for (Path bin : machine.paths("PATH")) {
      Path python = bin.resolve("python3");
      if (Files.isExecutable(python)) {
        // The folder that holds bin is the environment's own; the links lead to what it was made
        // of.
        wheels(all, bin.resolveSibling(""), "python3 on PATH");
        wheels(all, real(python).resolve("../..").normalize(), "python3 on PATH");
        break;
      }
    }
    machine.paths("HOME").forEach(home -> wheels(all, home.resolve(".local"), "user's Python"));
    wheels(all, machine.at("/usr/local"), "the system's Python");
    wheels(all, machine.at("/usr"), "the system's Python");
  }

  private static void wheels(List<SearchFolder> all, Path prefix, String how) {
    for (Path lib : List.of(prefix.resolve("lib"), prefix.resolve("local/lib"))) {
      for (Path version : matching(lib, "python3*")) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          for (String wheel : WHEELS) {
            add(all, version.resolve(packages).resolve(wheel), "Python wheels, " + how);
          }
        }
      }
    }
  }

  private static void toolkit(List<SearchFolder> all, Machine machine) {
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      machine.paths(variable).forEach(home -> toolkit(all, home, variable));
    }
    machine
        .paths("CONDA_PREFIX")
        .forEach(prefix -> add(all, prefix.resolve("lib"), "CONDA_PREFIX"));
    for (Path home : matching(machine.at("/usr/local"), "cuda*")) {
      toolkit(all, home, "CUDA toolkit");
    }
  }

  private static void toolkit(List<SearchFolder> all, Path home, String how) {
    TOOLKIT.forEach(inside -> add(all, home.resolve(inside), how));
  }

  private static void loader(List<SearchFolder> all, Machine machine) {
    machine
        .paths("LD_LIBRARY_PATH")
        .forEach(folder -> add(all, folder.toAbsolutePath(), "LD_LIBRARY_PATH"));
    List<Path> lists = new ArrayList<>(List.of(machine.at("/etc/ld.so.conf")));
    lists.addAll(matching(machine.at("/etc/ld.so.conf.d"), "*.conf"));
    for (Path list : lists) {
      lines(list).stream()
          .filter(line -> line.startsWith("/"))
          .forEach(line -> add(all, machine.at(line.strip()), "the system's loader"));
    }
    SYSTEM.forEach(folder -> add(all, machine.at(folder), "the system's loader"));
  }

  private static void add(List<SearchFolder> all, Path folder, String how) {
    if (Files.isDirectory(folder)) {
      all.add(new SearchFolder(folder.normalize(), how));
    }
  }

  private static List<Path> split(String folders, String separator) {
    List<Path> paths = new ArrayList<>();
    for (String folder : folders.split(separator)) {
      if (!folder.isBlank()) {
        paths.add(Path.of(folder));
      }
    }
    return paths;
  }

  /** What a folder has of that name, sorted; nothing if it may not be listed. */
  static List<Path> matching(Path folder, String pattern) {
    List<Path> matching = new ArrayList<>();
    if (Files.isReadable(folder) && Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(matching::add);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + folder, e);
      }
    }
    matching.sort(null);
    return matching;
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot follow " + file, e);
    }
  }

  private static List<String> lines(Path file) {
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
