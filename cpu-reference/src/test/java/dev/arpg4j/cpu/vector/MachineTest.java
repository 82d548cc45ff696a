package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTest {
  /** All in MiB: caches, heap, and the array that is read for the bandwidth of memory. */
  @ParameterizedTest
  @CsvSource({
    "2, 16384, 256",
    "32, 16384, 256",
    "64, 16384, 512",
    "768, 65536, 4096",
    "64, 1024, 256",
  })
  void readsEightTimesTheCachesAsFarAsTheHeapAllows(long caches, long heap, long expected) {
    assertThat(Machine.bytesToRead(caches << 20, heap << 20)).isEqualTo(expected << 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          256; 32; an array of 256 MiB (last-level caches: 32 MiB)
          4096; 768; an array of 4096 MiB (last-level caches: 768 MiB, which may hold up to 18 % of it)
          8; 32; an array of 8 MiB (last-level caches: 32 MiB, which may hold up to 100 % of it)
          """)
  void saysHowMuchCachesMayHold(long read, long caches, String expected) {
    assertThat(Machine.array(read << 20, caches << 20)).isEqualTo(expected);
  }
}
