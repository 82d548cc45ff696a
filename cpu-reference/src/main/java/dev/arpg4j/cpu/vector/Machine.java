package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Lanes;
import dev.arpg4j.cpu.kernel.LastLevelCache;
import dev.arpg4j.cpu.kernel.MachineCeilings;
import dev.arpg4j.cpu.kernel.Workers;
import dev.arpg4j.tensor.Ceilings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processor, and how its vectors are used: in words, and at best. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Times the largest cache: what it still holds of an earlier round is little. */
  private static final int CACHES_READ = 8;

  private static final long LEAST_READ = 256L << 20;
  private static final long MOST_READ = 2L << 30;

  private Machine() {}

  /** What the processor and its memory do at best, by this team. */
  static Ceilings ceilings(Workers workers) {
    long wanted = Math.clamp(CACHES_READ * LastLevelCache.bytes(), LEAST_READ, MOST_READ);
    long read = Math.min(wanted, Runtime.getRuntime().maxMemory() / 4);
    double bytesPerSecond = MachineCeilings.readBytesPerSecond(workers, (int) (read / Float.BYTES));
    return new Ceilings(
        bytesPerSecond,
        MachineCeilings.flopsPerSecond(workers),
        "%d-bit reads of an array of %d MiB (largest cache: %d MiB), and %d-bit fused multiply-adds"
                .formatted(Lanes.bits(), read >> 20, LastLevelCache.bytes() >> 20, Lanes.bits())
            + " between registers, each by %s, the best of several rounds"
                .formatted(team(workers.threads())));
  }

  private static String team(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  /** For instance {@code 2 threads, 256-bit vectors, AMD EPYC}. */
  static String describe(int threads) {
    return "%s, %d-bit vectors, %s".formatted(team(threads), Lanes.bits(), processor());
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
