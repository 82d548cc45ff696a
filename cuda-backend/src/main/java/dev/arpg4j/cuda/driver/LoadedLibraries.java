package dev.arpg4j.cuda.driver;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process has loaded: each library once, by its absolute path, and for good. A library
 * that is there already serves whoever asks for it by name later, so that no search path has to be
 * set; a second one of the same name beside it would serve some callers and not others.
 */
final class LoadedLibraries {
  private static final Map<Library, Loaded> LOADED = new EnumMap<>(Library.class);

  private record Loaded(Path file, SymbolLookup symbols) {}

  private LoadedLibraries() {}

  /**
   * Loads a library, if it is not there yet.
   *
   * @throws InvalidInputException if it cannot be loaded, or another one of its name is there
   */
  static synchronized SymbolLookup load(CudaLibraries.Found found) {
    Path file = real(found.file());
    Loaded loaded = LOADED.get(found.library());
    if (loaded == null) {
      try {
        // For good: a driver that was started must not be unloaded under its own threads.
        loaded = new Loaded(file, SymbolLookup.libraryLookup(found.file(), Arena.global()));
      } catch (IllegalArgumentException e) {
        // How SymbolLookup says that the loader refused; it keeps the loader's reason to itself.
        throw new InvalidInputException(
            "%s cannot be loaded: %s".formatted(found.file(), reason(file)), e);
      }
      LOADED.put(found.library(), loaded);
    } else if (!loaded.file.equals(file)) {
      throw new InvalidInputException(
          "%s is loaded, and %s cannot be loaded beside it: a process has one set of CUDA libraries"
              .formatted(loaded.file, file));
    }
    return loaded.symbols;
  }

  /** What the loader says against a library that it refused. */
  private static String reason(Path file) {
    try {
      System.load(file.toString());
      return "refused at first, loaded now";
    } catch (UnsatisfiedLinkError e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The functions of a library that was loaded. */
  static synchronized SymbolLookup symbols(Library library) {
    @Nullable Loaded loaded = LOADED.get(library);
    if (loaded == null) {
      throw new IllegalStateException(library.fileName() + " is not loaded");
    }
    return loaded.symbols;
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
