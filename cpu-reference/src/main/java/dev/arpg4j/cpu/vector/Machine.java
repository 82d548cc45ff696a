package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Lanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processor, and how its vectors are used, in words. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** For instance {@code 2 threads, 256-bit vectors, AMD EPYC}. */
  static String describe(int threads) {
    return "%d thread%s, %d-bit vectors, %s"
        .formatted(threads, threads == 1 ? "" : "s", Lanes.bits(), processor());
  }

  /** The processor's name where the system tells it, else its architecture. */
  static String processor() {
    if (!Files.isReadable(CPU_INFO)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException unreadable) {
      return System.getProperty("os.arch"); // a name for people; nothing depends on it
    }
  }
}
