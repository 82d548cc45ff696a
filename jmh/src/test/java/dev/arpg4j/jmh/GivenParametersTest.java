package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What reaches JMH; what is refused is told by {@link JmhCommandTest}. */
class GivenParametersTest {
  @Test
  void rowsOfABackendInBfloat16SaySo() {
    GivenParameters given = new GivenParameters(List.of("StepLatency.published"));
    given.holdWeightsInBfloat16("--compute bf16");
    assertThat(given.all()).isEqualTo(Map.of("weights", List.of("BF16")));
  }

  @Test
  void whatHoldsNoWeightsSaysNothingOfThem() {
    GivenParameters given = new GivenParameters(List.of("RopeBenchmark.small"));
    given.holdWeightsInBfloat16("--compute bf16");
    assertThat(given.all()).isEmpty();
  }

  @Test
  void aBaselineHasItsBackendByAnotherName() {
    assertThat(Benchmarks.parameters("StepLatency.embeddedByOracle"))
        .extracting(field -> field.getName())
        .contains(StepLatency.BASELINE, MeasuredStep.MODEL)
        .doesNotContain(Measured.BACKEND);
  }
}
