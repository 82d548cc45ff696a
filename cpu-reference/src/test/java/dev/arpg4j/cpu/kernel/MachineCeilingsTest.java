package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.Ceilings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is measured is checked by the measurement itself: ones that are read, or that chains keep,
 * have to sum to their number. How fast it went is nobody's to assert.
 */
class MachineCeilingsTest {
  /** No machine reads or computes this much; a unit taken wrong would. */
  private static final double ABSURD = 1e15;

  @ParameterizedTest
  @CsvSource({"1, 16", "1, 4096", "2, 100000", "3, 1048583"})
  void readsEveryFloat(int threads, int floats) {
    try (Workers workers = new Workers(threads)) {
      assertThat(MachineCeilings.readBytesPerSecond(workers, floats)).isBetween(1e3, ABSURD);
    }
  }

  @Test
  void everyChainStaysAtOne() {
    try (Workers workers = new Workers(2)) {
      assertThat(MachineCeilings.flopsPerSecond(workers)).isBetween(1e6, ABSURD);
    }
  }

  @Test
  void theVectorBackendMeasuresAndTheOracleDoesNot() {
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(1));
        Backend oracle = BackendProvider.named("oracle").open(Settings.ofThreads(1))) {
      Ceilings ceilings = cpu.ceilings().orElseThrow();
      assertThat(ceilings.ridge()).isPositive();
      assertThat(ceilings.method())
          .contains(Lanes.bits() + "-bit", " MiB", "by 1 thread,")
          .doesNotContain("1 threads");
      assertThat(cpu.knowsCeilings()).isTrue();
      assertThat(oracle.ceilings()).isEmpty();
      assertThat(oracle.knowsCeilings()).isFalse();
    }
  }
}
