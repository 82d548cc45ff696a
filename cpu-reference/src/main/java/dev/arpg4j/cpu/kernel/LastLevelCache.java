package dev.arpg4j.cpu.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much the largest cache of this machine holds, by what the operating system says of it. */
public final class LastLevelCache {
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /** Where the system says nothing: larger than most. */
  private static final long ASSUMED = 64L << 20;

  private LastLevelCache() {}

  /** Its bytes. */
  public static long bytes() {
    return bytes(CACHES);
  }

  /** The largest {@code index*}{@code /size} in a folder such as Linux gives for each core. */
  static long bytes(Path folder) {
    long largest = 0;
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
        for (Path cache : caches) {
          largest = Math.max(largest, size(Files.readString(cache.resolve("size")).strip()));
        }
      } catch (IOException unreadable) {
        return ASSUMED; // some containers show the folder and not what is in it
      }
    }
    return largest == 0 ? ASSUMED : largest;
  }

  /** Of "32768K", "32M" or "512". */
  private static long size(String text) {
    if (!text.matches("\\d+[KMG]?")) {
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
