package dev.arpg4j.cpu.kernel;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * How much the last-level caches of this machine hold together, by what the operating system says
 * of them. A processor may have one for each group of its cores, and a machine several processors:
 * threads on all cores read from all of them.
 */
public final class LastLevelCache {
  private static final Path CPUS = Path.of("/sys/devices/system/cpu");

  /** Where the system says nothing: larger than most. */
  private static final long ASSUMED = 64L << 20;

  private LastLevelCache() {}

  /** One cache; every CPU that shares it shows the same. */
  private record Cache(int level, String cpus, long bytes) {}

  /** Their bytes. */
  public static long bytes() {
    return bytes(CPUS);
  }

  /**
   * The sizes of the caches of the highest level, each counted once however many CPUs share it.
   *
   * @param folder such as Linux gives: {@code level}, {@code shared_cpu_list} and {@code size} in
   *     {@code cpu*}{@code /cache/index*}
   */
  static long bytes(Path folder) {
    Set<Cache> caches;
    try {
      caches = caches(folder);
    } catch (IOException | DirectoryIteratorException unreadable) {
      return ASSUMED; // some containers show the folder and not what is in it
    }
    int last = caches.stream().mapToInt(Cache::level).max().orElse(0);
    long bytes = caches.stream().filter(cache -> cache.level == last).mapToLong(Cache::bytes).sum();
    return bytes == 0 ? ASSUMED : bytes;
  }

  private static Set<Cache> caches(Path folder) throws IOException {
    Set<Cache> caches = new HashSet<>();
    if (!Files.isDirectory(folder)) {
      return caches;
    }
    try (DirectoryStream<Path> cpus = Files.newDirectoryStream(folder, "cpu[0-9]*")) {
      for (Path cpu : cpus) {
        addCaches(cpu.resolve("cache"), caches);
      }
    }
    return caches;
  }

  private static void addCaches(Path folder, Set<Cache> caches) throws IOException {
    if (!Files.isDirectory(folder)) {
      return; // a CPU that is switched off
    }
    try (DirectoryStream<Path> indices = Files.newDirectoryStream(folder, "index*")) {
      for (Path index : indices) {
        int level = Math.toIntExact(number(line(index, "level")));
        caches.add(new Cache(level, line(index, "shared_cpu_list"), number(line(index, "size"))));
      }
    }
  }

  private static String line(Path index, String name) throws IOException {
    return Files.readString(index.resolve(name)).strip();
  }

  /** Of "32768K", "32M" or "3"; 0 of anything else. */
  private static long number(String text) {
    if (!text.matches("\\d{1,9}[KMG]?")) {
      return 0;
    }
    long number = Long.parseLong(text.replaceAll("\\D", ""));
    return switch (text.charAt(text.length() - 1)) {
      case 'K' -> number << 10;
      case 'M' -> number << 20;
      case 'G' -> number << 30;
      default -> number;
    };
  }
}
