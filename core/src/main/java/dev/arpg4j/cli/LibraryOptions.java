package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A mixin of the flag that says where a device's libraries are. */
public final class LibraryOptions {
  @Option(
      names = "--cuda-libs",
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "folders to look for CUDA's libraries in first (default: those that 'arpg doctor' names)")
  private List<Path> libraries = new ArrayList<>();

  /** The flag without folders. */
  public LibraryOptions() {}

  /**
   * The folders, all of which are there.
   *
   * @throws InvalidInputException if one is not
   */
  public List<Path> choose() {
    for (Path folder : libraries) {
      if (!Files.isDirectory(folder)) {
        throw new InvalidInputException("--cuda-libs " + folder + ": no such folder");
      }
    }
    return libraries;
  }
}
