package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flag that says where a device's libraries are. */
final class LibraryOptions {
  @Option(
      names = "--cuda-libs",
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "folders to look for CUDA's libraries in first (default: those that 'arpg doctor' names)")
  private List<Path> libraries = new ArrayList<>();

  /**
   * The folders, all of which are there.
   *
   * @throws InvalidInputException if one is not
   */
  List<Path> choose() {
    for (Path folder : libraries) {
      if (!Files.isDirectory(folder)) {
        throw new InvalidInputException("--cuda-libs " + folder + ": no such folder");
      }
    }
    return libraries;
  }
}
