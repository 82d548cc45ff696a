package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that {@code ./arpg} runs from: the script itself, and a folder of jars.
 *
 * @param home the folder of the script
 */
record Installation(Path home) {
  static final String SCRIPT = "arpg";

  /** Where the jars are, as seen from the script. */
  static final Path APP = Path.of("target", "app");

  private static final String HOME_PROPERTY = "arpg4j.home";

  /**
   * The one this process was started from.
   *
   * @throws InvalidInputException if {@code ./arpg} did not start it
   */
  static Installation ofThisProcess() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new InvalidInputException(
          "it is not known where arpg4j is installed: start this command by ./arpg");
    }
    return new Installation(Path.of(home));
  }

  Path script() {
    return home.resolve(SCRIPT);
  }

  /** All jars, by name. */
  List<Path> jars() {
    Path app = home.resolve(APP);
    try (Stream<Path> files = Files.list(app)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(app + " cannot be listed", e);
    }
  }
}
