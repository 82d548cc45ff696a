package dev.arpg4j.tensor;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** How a backend announces itself; found by {@link ServiceLoader}. */
public interface BackendProvider {
  /** The name on the command line. */
  String name();

  /** Looks at the machine without loading anything heavy. */
  Availability availability();

  /**
   * Starts the backend.
   *
   * @throws InvalidInputException if it is not available here, saying what was looked for and found
   */
  Backend open(Settings settings);

  /**
   * What a user may say about any backend.
   *
   * @param threads worker threads on the CPU, at least 1
   */
  record Settings(int threads) {
    public Settings {
      if (threads < 1) {
        throw new InvalidInputException("threads " + threads + ": expected 1 or more");
      }
    }

    /** All the cores of this machine. */
    public static Settings allCores() {
      return new Settings(Runtime.getRuntime().availableProcessors());
    }
  }

  /**
   * Whether the backend can run here.
   *
   * @param available true if {@link #open} is expected to succeed
   * @param detail one line: the device found, or what was looked for and is missing
   */
  record Availability(boolean available, String detail) {}

  /** All providers on the class path, by name. */
  static List<BackendProvider> all() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(BackendProvider::name))
        .toList();
  }

  /**
   * The provider of that name.
   *
   * @throws InvalidInputException if there is none, listing those there are
   */
  static BackendProvider named(String name) {
    List<BackendProvider> all = all();
    return all.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "backend '%s' is not known; known are %s"
                        .formatted(
                            name,
                            all.stream()
                                .map(BackendProvider::name)
                                .collect(Collectors.joining(", ")))));
  }
}
