package dev.arpg4j.cuda.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The text of each kernel file as the compiler gets it: {@code prelude.cuh} in front, no system
 * header, one compilation for each {@link Element}.
 *
 * <p>NVRTC is given {@link #text} and {@link #options}; the CPU shim compiles the very same text
 * with {@code g++} (how: at the top of {@code src/test/native/shim/shim.h}).
 */
public final class KernelSource {
  /** The header of all kernels. */
  public static final String PRELUDE = "prelude.cuh";

  /** All files, without {@code .cu}. */
  private static final List<String> FILES =
      List.of(
          "rownorms",
          "normgrads",
          "entrywise",
          "rowwise",
          "movement",
          "rowsums",
          "images",
          "positions",
          "attention",
          "attention_mma",
          "attention_backward",
          "reductions",
          "draws",
          "sample",
          "choices",
          "optimizer",
          "probes");

  /** The header that a file has behind the prelude, if any. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "attention",
          "tiles.cuh",
          "attention_mma",
          "fragments.cuh",
          "attention_backward",
          "tiles.cuh");

  private KernelSource() {}

  /** All kernel files, without {@code .cu}. */
  public static List<String> files() {
    return FILES;
  }

  /**
   * The whole source of one file.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public static String text(String file) {
    String own = HEADERS.containsKey(file) ? resource(HEADERS.get(file)) : "";
    return resource(PRELUDE) + own + "#line 1 \"" + file + ".cu\"\n" + resource(file + ".cu");
  }

  /** What the compiler is told besides the target's architecture. */
  public static List<String> options(Element element) {
    // 177: declared but never referenced, as no file needs all of the prelude
    return List.of("--std=c++17", "--diag-suppress=177", element.define());
  }

  private static String resource(String name) {
    try (InputStream stream = KernelSource.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalArgumentException("no kernel source " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("kernel source " + name, e);
    }
  }
}
