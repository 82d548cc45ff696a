package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastLevelCacheTest {
  private static final long ASSUMED = 64L << 20;

  @TempDir private Path cpus;

  @Test
  void aCacheThatAllShareCountsOnce() throws IOException {
    for (int cpu = 0; cpu < 4; cpu++) {
      cache(cpu, 0, "1", "" + cpu, "32K");
      cache(cpu, 2, "2", "" + cpu, "1M");
      cache(cpu, 3, "3", "0-3", "32768K");
    }
    assertThat(LastLevelCache.bytes(cpus)).isEqualTo(32L << 20);
  }

  @Test
  void theLastLevelsOfAllGroupsOfCoresAreAdded() throws IOException {
    for (int cpu = 0; cpu < 12; cpu++) {
      int first = cpu / 4 * 4;
      cache(cpu, 2, "2", "" + cpu, "512K");
      cache(cpu, 3, "3", first + "-" + (first + 3), "16M");
    }
    assertThat(LastLevelCache.bytes(cpus)).isEqualTo(48L << 20);
  }

  @Test
  void coresWithoutTheLastLevelAddNothing() throws IOException {
    cache(0, 3, "3", "0", "8M");
    cache(10, 2, "2", "10", "2M");
    Files.createDirectory(cpus.resolve("cpu11")); // switched off
    Files.createDirectories(cpus.resolve("cpufreq/cache/index3"));
    assertThat(LastLevelCache.bytes(cpus)).isEqualTo(8L << 20);
  }

  @Test
  void whereNothingIsKnownTheCacheIsAssumedLarge() throws IOException {
    assertThat(LastLevelCache.bytes(cpus.resolve("none"))).isEqualTo(ASSUMED);
    assertThat(LastLevelCache.bytes(cpus)).isEqualTo(ASSUMED);
    cache(0, 0, "1", "0", "many");
    assertThat(LastLevelCache.bytes(cpus)).isEqualTo(ASSUMED);
    Files.createDirectory(cpus.resolve("cpu0/cache/index1"));
    assertThat(LastLevelCache.bytes(cpus)).isEqualTo(ASSUMED);
  }

  private void cache(int cpu, int index, String level, String shared, String size)
      throws IOException {
    Path folder = cpus.resolve("cpu%d/cache/index%d".formatted(cpu, index));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("level"), level + "\n");
    Files.writeString(folder.resolve("shared_cpu_list"), shared + "\n");
    Files.writeString(folder.resolve("size"), size + "\n");
  }
}
