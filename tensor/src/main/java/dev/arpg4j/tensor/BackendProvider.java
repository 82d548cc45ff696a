package dev.arpg4j.tensor;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a backend announces itself; found by {@link ServiceLoader}. */
public interface BackendProvider {
  /** The name on the command line. */
  String name();

  /** The types it can compute in, its own first. */
  List<DType> computeTypes();

  /**
   * Whether it runs on devices beside the CPU, and loads their libraries: if not, settings that
   * name a device or folders of libraries change nothing.
   */
  default boolean hasDevices() {
    return true;
  }

  /**
   * Looks at the machine, for these settings, without loading anything heavy.
   *
   * @throws InvalidInputException if the backend has no such compute type
   */
  Availability availability(Settings settings);

  /**
   * Starts the backend.
   *
   * @throws InvalidInputException if it is not available here, saying what was looked for and
   *     found, or has no such compute type
   */
  Backend open(Settings settings);

  /**
   * What a user may say about any backend.
   *
   * @param threads worker threads on the CPU, at least 1
   * @param computeType what it computes in; null for the backend's own
   * @param device which of several devices, from 0
   * @param libraries folders to look for a device's libraries in, before any other
   */
  record Settings(int threads, @Nullable DType computeType, int device, List<Path> libraries) {
    public Settings {
      if (threads < 1) {
        throw new InvalidInputException("threads " + threads + ": expected 1 or more");
      }
      if (device < 0) {
        throw new InvalidInputException("device " + device + ": expected 0 or more");
      }
      libraries = List.copyOf(libraries);
    }

    /** All the cores of this machine. */
    public static Settings allCores() {
      return ofThreads(Runtime.getRuntime().availableProcessors());
    }

    /** That many threads, and the backend's own choice of everything else. */
    public static Settings ofThreads(int threads) {
      return new Settings(threads, null, 0, List.of());
    }

    /** These settings with another number of threads. */
    public Settings withThreads(int newThreads) {
      return new Settings(newThreads, computeType, device, libraries);
    }

    /** These settings with another compute type; null for the backend's own. */
    public Settings withComputeType(@Nullable DType newType) {
      return new Settings(threads, newType, device, libraries);
    }

    /** These settings on another device. */
    public Settings withDevice(int newDevice) {
      return new Settings(threads, computeType, newDevice, libraries);
    }

    /** These settings with other folders to look for libraries in. */
    public Settings withLibraries(List<Path> newLibraries) {
      return new Settings(threads, computeType, device, newLibraries);
    }

    /**
     * Refuses a compute type that a backend has not.
     *
     * @return the type asked for, or the backend's own
     */
    public DType computeTypeOf(BackendProvider backend) {
      List<DType> known = backend.computeTypes();
      if (computeType == null) {
        return known.getFirst();
      }
      if (!known.contains(computeType)) {
        throw new InvalidInputException(
            "backend %s computes in %s, not %s"
                .formatted(
                    backend.name(),
                    known.stream().map(DType::name).collect(Collectors.joining(" or ")),
                    computeType));
      }
      return computeType;
    }

    /** Refuses any device but the first for a backend that has no more. */
    public void requireFirstDevice(BackendProvider backend) {
      if (device != 0) {
        throw new InvalidInputException(
            "backend %s runs on one device, number 0, not %d".formatted(backend.name(), device));
      }
    }
  }

  /**
   * Whether the backend can run here.
   *
   * @param available true if {@link #open} is expected to succeed
   * @param detail one line: the device found, or what was looked for and is missing
   * @param findings what was looked at on the way, one by one
   */
  record Availability(boolean available, String detail, List<Finding> findings) {
    public Availability {
      findings = List.copyOf(findings);
    }

    /** There is nothing to say beside the one line. */
    public Availability(boolean available, String detail) {
      this(available, detail, List.of());
    }

    /** The one line, and what slows the backend if anything does. */
    public String summary() {
      String slow =
          findings.stream()
              .filter(finding -> finding.state == Finding.State.SLOW)
              .map(finding -> finding.detail + ": " + finding.remedy)
              .collect(Collectors.joining("; "));
      return slow.isEmpty() ? detail : detail + "; slow: " + slow;
    }
  }

  /**
   * One thing a backend looked at: a library, a setting.
   *
   * @param name in a word or two, for instance "cuBLAS"
   * @param detail where it is, what was looked for, or what is slow
   * @param remedy the one thing to do about it; empty if nothing is to be done
   */
  record Finding(State state, String name, String detail, String remedy) {
    /** What became of it. */
    public enum State {
      FOUND,
      MISSING,
      /** It works, but slower than it could. */
      SLOW
    }

    /** Something that is there. */
    public static Finding found(String name, String detail) {
      return new Finding(State.FOUND, name, detail, "");
    }

    /** Something that is not there, with what to do; an empty remedy if it is not needed. */
    public static Finding missing(String name, String detail, String remedy) {
      return new Finding(State.MISSING, name, detail, remedy);
    }

    /** Something that slows the backend, with what mends it. */
    public static Finding slow(String name, String detail, String remedy) {
      return new Finding(State.SLOW, name, detail, remedy);
    }
  }

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
