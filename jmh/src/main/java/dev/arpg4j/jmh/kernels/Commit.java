package dev.arpg4j.jmh.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which state of the sources runs. */
final class Commit {
  private static final String VARIABLE = "ARPG4J_COMMIT";

  /** Where {@code ./arpg} lies; set by the script. */
  private static final String HOME_PROPERTY = "arpg4j.home";

  private Commit() {}

  /**
   * What the variable {@value #VARIABLE} says, or else git of the folder that the program was
   * started from; empty if neither knows.
   */
  static Optional<String> ofThisProgram() {
    String given = System.getenv(VARIABLE);
    if (given != null) {
      return Optional.of(given);
    }
    String home = System.getProperty(HOME_PROPERTY);
    return home == null ? Optional.empty() : of(Path.of(home));
  }

  /** The commit of a working tree, with "-dirty" behind it if files differ. */
  static Optional<String> of(Path home) {
    if (!Files.exists(home.resolve(".git"))) {
      return Optional.empty();
    }
    try {
      Process git =
          new ProcessBuilder("git", "-C", home.toString(), "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream said = git.getInputStream()) {
        String line = new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 && !line.isEmpty() ? Optional.of(line) : Optional.empty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("git cannot be asked for the commit; set " + VARIABLE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
