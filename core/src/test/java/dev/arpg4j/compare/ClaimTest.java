package dev.arpg4j.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimTest {
  private static final Setting COUNTED = new Setting(DType.F32, DType.F32);
  private static final Setting MEASURED =
      COUNTED.under(Optional.of(new Ceilings(1e9, 1e9, "made up")));

  private static Row row(String variant, int layers) {
    return Row.of(Renamed.shared(variant).entrant(layers + "layers", layers));
  }

  private static Row took(Row row, double seconds, long bytes) {
    return row.took(new Measured(1, List.of(seconds), 1, bytes, ""));
  }

  @ParameterizedTest
  @CsvSource({"20.1, true", "20, false", "1, false"})
  void throughput(double seconds, boolean holds) {
    Row arpg = took(row("arpg", 1), 1, 1);
    Row rival = took(row("llamagen", 1), seconds, 1);
    List<Claim.Outcome> outcomes = Claim.THROUGHPUT.check(List.of(rival, arpg), 1, MEASURED);
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.getFirst().measured()).contains(seconds);
    assertThat(outcomes.getFirst().holds()).contains(holds);
    // the same model under two names
    assertThat(outcomes.getFirst().modelled()).contains(1.0);
    assertThat(outcomes.getFirst().modelledAsClaimed()).contains(1.0);
    assertThat(outcomes.getFirst().flops()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"401, true", "400, false", "100, false"})
  void memory(long bytes, boolean holds) {
    Row arpg = took(row("arpg", 1), 1, 100);
    Row rival = took(row("var", 3), 1, bytes);
    Claim.Outcome outcome = Claim.MEMORY.check(List.of(arpg, rival), 2, COUNTED).getFirst();
    assertThat(outcome.measured()).contains(100.0 / bytes);
    assertThat(outcome.holds()).contains(holds);
    // Both branches of two images, in float32; and of 64.
    assertThat(outcome.modelled().orElseThrow())
        .isCloseTo(held(arpg, 4) / held(rival, 4), within(1e-12));
    assertThat(outcome.modelledAsClaimed().orElseThrow())
        .isCloseTo(held(arpg, 128) / held(rival, 128), within(1e-12));
  }

  private static double held(Row row, int sequences) {
    return 4.0 * (row.cost().parameters() + sequences * row.cost().cachedValues());
  }

  @Test
  void everySizeIsHeldAgainstTheRivalNearestToIt() {
    List<Row> rows =
        List.of(row("arpg", 1), row("arpg", 8), row("llamagen", 2), row("llamagen", 9));
    assertThat(Claim.THROUGHPUT.check(rows, 1, COUNTED))
        .extracting(outcome -> outcome.arpg().name() + " " + outcome.rival().name())
        .containsExactly("arpg-1layers llamagen-2layers", "arpg-8layers llamagen-9layers");
  }

  @Test
  void whatDidNotRunIsModelledAlone() {
    List<Row> rows = List.of(row("arpg", 1), row("llamagen", 2));
    Claim.Outcome outcome = Claim.THROUGHPUT.check(rows, 1, COUNTED).getFirst();
    assertThat(outcome.holds()).isEmpty();
    assertThat(outcome.modelled()).as("no ceilings are known").isEmpty();
    assertThat(outcome.flops()).isGreaterThan(1);
    assertThat(Claim.MEMORY.check(rows, 1, COUNTED)).as("no rival").isEmpty();
  }
}
