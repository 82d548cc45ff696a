package dev.arpg4j.cuda.driver;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of CUDA's libraries this machine has, and where. Looking reads folders and loads nothing.
 *
 * <p>Each library is taken from the first folder that has it: those given by {@code --cuda-libs},
 * those in the variable {@code ARPG4J_CUDA_LIBS}, the wheels of a Python environment, the toolkit,
 * the driver's mount, and the folders of the system's loader. One library's companion is looked for
 * beside it first: cuBLASLt beside cuBLAS, the compiler's builtins beside the compiler.
 */
public final class CudaLibraries {
  private final List<SearchFolder> folders;
  private final Map<Library, Found> found = new EnumMap<>(Library.class);

  /**
   * A library that is there.
   *
   * @param library which
   * @param file where
   * @param how what led there, for instance {@code --cuda-libs}
   * @param version as its file or its Python package says it, empty if neither does
   */
  public record Found(Library library, Path file, String how, String version) {
    @Override
    public String toString() {
      return "%s%s in %s (%s)"
          .formatted(
              file.getFileName(), version.isEmpty() ? "" : " " + version, file.getParent(), how);
    }
  }

  private CudaLibraries(List<SearchFolder> folders) {
    this.folders = folders;
    for (Library library : Library.values()) {
      first(folders, library)
          .ifPresent(
              file -> {
                found.put(library, file);
                for (Library companion : library.companions()) {
                  beside(file, companion).ifPresent(it -> found.put(companion, it));
                }
              });
    }
  }

  /**
   * Looks on this machine.
   *
   * @param given folders to look in before all others; each may be one of libraries, or hold one as
   *     {@code lib64} or {@code lib}
   * @throws InvalidInputException if one of them, or of {@code ARPG4J_CUDA_LIBS}, is not there
   */
  public static CudaLibraries find(List<Path> given) {
    return find(given, SearchFolder.Machine.here());
  }

  static CudaLibraries find(List<Path> given, SearchFolder.Machine machine) {
    return new CudaLibraries(SearchFolder.inOrder(given, machine));
  }

  /** All that is there, in the order in which it is loaded. */
  public List<Found> found() {
    return List.copyOf(found.values());
  }

  /** That library, if it is there. */
  public Optional<Found> found(Library library) {
    return Optional.ofNullable(found.get(library));
  }

  /** Those that are not there, in the order in which they would be loaded. */
  public List<Library> missing() {
    List<Library> missing = new ArrayList<>(List.of(Library.values()));
    missing.removeAll(found.keySet());
    return missing;
  }

  /** The folders that were looked in, in words: the first of each kind, in order. */
  public String searched() {
    Map<String, List<SearchFolder>> kinds =
        folders.stream()
            .collect(
                Collectors.groupingBy(
                    SearchFolder::how, LinkedHashMap::new, Collectors.toUnmodifiableList()));
    return kinds.isEmpty()
        ? "no folder of those usual"
        : kinds.values().stream().map(CudaLibraries::kind).collect(Collectors.joining(", "));
  }

  private static String kind(List<SearchFolder> alike) {
    SearchFolder first = alike.getFirst();
    return alike.size() == 1
        ? first.path().toString()
        : "%s (%s, %d folders)".formatted(first.path(), first.how(), alike.size());
  }

  private static Optional<Found> first(List<SearchFolder> folders, Library library) {
    return folders.stream().flatMap(folder -> in(folder, library).stream()).findFirst();
  }

  private static Optional<Found> beside(Found found, Library companion) {
    Path folder = found.file().getParent();
    return folder == null ? Optional.empty() : in(new SearchFolder(folder, found.how()), companion);
  }

  private static Optional<Found> in(SearchFolder folder, Library library) {
    return file(folder.path(), library)
        .map(file -> new Found(library, file, folder.how(), version(file, library)));
  }

  private static Optional<Path> file(Path folder, Library library) {
    if (library != Library.COMPILER_BUILTINS) {
      Path file = folder.resolve(library.fileName());
      return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }
    // The compiler asks for the one of its own minor version; a folder holds no other.
    return newest(folder, library.fileName() + "*");
  }

  /** The last of the files that match, by name; none of a folder that may not be listed. */
  private static Optional<Path> newest(Path folder, String pattern) {
    List<Path> files = SearchFolder.matching(folder, pattern);
    return files.isEmpty() ? Optional.empty() : Optional.of(files.getLast());
  }

  /** What follows the name of the file that the links lead to, or its wheel's name. */
  private static String version(Path file, Library library) {
    String known = library.fileName();
    try {
      String real = String.valueOf(file.toRealPath().getFileName());
      String stem = known.substring(0, known.lastIndexOf(".so") + 3);
      String numbers = real.startsWith(stem + ".") ? real.substring(stem.length() + 1) : "";
      if (numbers.contains(".")) {
        return numbers;
      }
    } catch (IOException e) {
      throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
    }
    return wheelVersion(file, library);
  }

  /** From {@code site-packages/nvidia_cublas-13.1.0.3.dist-info}, for a library in its wheel. */
  private static String wheelVersion(Path file, Library library) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      if (folder.endsWith("nvidia") && !library.wheel().isEmpty()) {
        return newest(folder.resolveSibling(""), library.wheel() + "*-*.dist-info")
            .map(info -> info.getFileName().toString())
            .map(name -> name.substring(name.indexOf('-') + 1, name.lastIndexOf(".dist-info")))
            .orElse("");
      }
    }
    return "";
  }
}
