package dev.arpg4j.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a result depends on beside its settings: processor, JDK, operating system, memory. */
public final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final long KIBIBYTE = 1 << 10;
  private static final double MEBIBYTE = 1 << 20;

  private Machine() {}

  /**
   * The most memory this process has held, since it began or {@link #forgetPeak}.
   *
   * @param measure how it was found: {@code VmHWM}, or the heap in use now where there is no /proc
   */
  record PeakMemory(long bytes, String measure) {
    double mebibytes() {
      return bytes / MEBIBYTE;
    }
  }

  static PeakMemory peakMemory() {
    return field(STATUS, "VmHWM")
        .map(text -> Long.parseLong(text.replaceAll("\\D", "")) * KIBIBYTE)
        .map(bytes -> new PeakMemory(bytes, "VmHWM"))
        .orElseGet(Machine::heapInUse);
  }

  /**
   * Begins a new peak at what is held now, garbage given back before; false where the system cannot
   * (Linux can by a 5 in clear_refs: see proc_pid_clear_refs(5)).
   */
  static boolean forgetPeak() {
    if (!Files.isWritable(CLEAR_REFS)) {
      return false;
    }
    System.gc();
    try {
      Files.writeString(CLEAR_REFS, "5", StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(CLEAR_REFS + " cannot be written", e);
    }
  }

  private static PeakMemory heapInUse() {
    Runtime runtime = Runtime.getRuntime();
    return new PeakMemory(runtime.totalMemory() - runtime.freeMemory(), "heap in use at the end");
  }

  /** For instance "AMD EPYC 9R14". */
  static String processor() {
    return field(CPU_INFO, "model name").orElseGet(() -> System.getProperty("os.arch"));
  }

  /** For instance "JDK 25.0.3+9 (Eclipse Adoptium, OpenJDK 64-Bit Server VM)". */
  static String jdk() {
    return "JDK %s (%s, %s)"
        .formatted(
            Runtime.version(),
            System.getProperty("java.vendor"),
            System.getProperty("java.vm.name"));
  }

  static String operatingSystem() {
    return "%s %s %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
  }

  /** The flags this JVM was started with. */
  static List<String> jvmFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  static long heapLimitMebibytes() {
    return Math.round(Runtime.getRuntime().maxMemory() / MEBIBYTE);
  }

  /** What the machine has, or its container allows. */
  static Optional<Long> physicalMebibytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Optional.of(Math.round(system.getTotalMemorySize() / MEBIBYTE))
        : Optional.empty();
  }

  /** All of it, for result files. */
  public static Map<String, Object> describe() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("processor", processor());
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("operating_system", operatingSystem());
    machine.put("jdk", jdk());
    machine.put("jvm_flags", jvmFlags());
    machine.put("heap_limit_mb", heapLimitMebibytes());
    return machine;
  }

  /** The first "name : value" of a file in /proc, if there is such a file and name. */
  static Optional<String> field(Path file, String name) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name) && line.indexOf(':') > 0)
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
