package dev.arpg4j.cuda.driver;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Map;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;

/**
 * The first touch of JavaCPP's classes, in the only order that works: its settings, then CUDA's
 * libraries by their paths, then the classes, whose native code finds those libraries by name.
 */
final class Presets {
  private Presets() {}

  /**
   * Makes the driver's and cuBLAS's classes usable.
   *
   * @throws InvalidInputException if a library or their native code cannot be loaded
   */
  static synchronized void load(CudaLibraries libraries) {
    settings().forEach((name, value) -> setUnlessGiven(name, value));
    libraries.found().stream()
        .filter(found -> found.library() != Library.DNN)
        .forEach(LoadedLibraries::load);
    try {
      Loader.load(cudart.class);
      Loader.load(cublas.class);
    } catch (LinkageError e) {
      Throwable first = e;
      while (first.getCause() != null) {
        first = first.getCause();
      }
      throw new InvalidInputException(
          "the native code of JavaCPP cannot be loaded: " + first.getMessage(), e);
    }
  }

  private static Map<String, String> settings() {
    String prefix = "org.bytedeco.javacpp.";
    return Map.of(
        // Its own default folder is shared with other programs, whose libraries it would find.
        prefix + "cachedir", CacheFolder.path().resolve("javacpp").toString(),
        // Everything here is closed by hand.
        prefix + "nopointergc", "true",
        // It would count the whole process against the Java heap's limit.
        prefix + "maxbytes", "0",
        prefix + "maxphysicalbytes", "0");
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
