package dev.arpg4j.cuda.driver;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are kept that cost time to make and can be made again: {@code $ARPG4J_CACHE}, or
 * {@code $XDG_CACHE_HOME/arpg4j}, or {@code ~/.cache/arpg4j}.
 */
final class CacheFolder {
  private CacheFolder() {}

  /** This user's. */
  static Path path() {
    return path(System.getenv(), System.getProperty("user.home"));
  }

  static Path path(Map<String, String> variables, String home) {
    String own = variables.getOrDefault("ARPG4J_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own).toAbsolutePath();
    }
    String shared = variables.getOrDefault("XDG_CACHE_HOME", "");
    return (shared.isBlank() ? Path.of(home, ".cache") : Path.of(shared))
        .resolve("arpg4j")
        .toAbsolutePath();
  }
}
