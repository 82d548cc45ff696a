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

  /** Times all last-level caches: what they still hold of an earlier round is little. */
  private static final int CACHES_READ = 8;

  private static final long LEAST_READ = 256L << 20;
  private static final long MOST_READ = 4L << 30;

  private Machine() {}

  /** What the processor and its memory do at best, by this team. */
  static Ceilings ceilings(Workers workers) {
    long caches = LastLevelCache.bytes();
    long read = bytesToRead(caches, Runtime.getRuntime().maxMemory());
    double bytesPerSecond = MachineCeilings.readBytesPerSecond(workers, (int) (read / Float.BYTES));
    return new Ceilings(
        bytesPerSecond,
        MachineCeilings.flopsPerSecond(workers),
        "%d-bit reads of %s, and %d-bit fused multiply-adds between registers, each by %s, the best"
                .formatted(Lanes.bits(), array(read, caches), Lanes.bits(), team(workers.threads()))
            + " of several rounds");
  }

  /**
   * How long an array is read for the bandwidth of memory.
   *
   * @param caches bytes of all last-level caches
   * @param heap bytes of the largest heap, of which the array may take a quarter
   */
  static long bytesToRead(long caches, long heap) {
    return Math.min(Math.clamp(CACHES_READ * caches, LEAST_READ, MOST_READ), heap / 4);
  }

  /** The array in words, and what speaks against it where it had to be shorter than it should. */
  static String array(long read, long caches) {
    String size =
        "an array of %d MiB (last-level caches: %d MiB".formatted(read >> 20, caches >> 20);
    return read >= CACHES_READ * caches
        ? size + ")"
        : size
            + ", which may hold up to %d %% of it)".formatted(Math.min(100, 100 * caches / read));
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
