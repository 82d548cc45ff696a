package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.interpret.OpCost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JmhReportTest {
  private static final OpCost COST = new OpCost(1, 2, 6000, 0, 400, 0);

  @Test
  void aTimeHasItsError() {
    assertThat(JmhReport.describe(throughput(0.25)))
        .containsEntry("us_per_call", 1.5)
        .containsEntry("us_error_99_9", 0.25)
        .containsEntry("gflop_per_s", 4.0);
  }

  @Test
  void aSingleSampleHasNone() {
    assertThat(JmhReport.describe(throughput(Double.NaN)))
        .containsEntry("us_per_call", 1.5)
        .doesNotContainKey("us_error_99_9");
  }

  @Test
  void theEnvironmentHasTheOrderOfNames() {
    assertThat(JmhReport.environment(Settings.allCores(), List.of()).get("backends"))
        .asString()
        .matches("\\{cpu=.*, cuda=.*, oracle=.*, slipping=.*}");
  }

  @Test
  void theEnvironmentIsSeenWithTheRunsSettings() {
    Settings settings =
        Settings.allCores().withComputeType(DType.BF16).withLibraries(List.of(StandIn.required()));
    assertThat(JmhReport.environment(settings, List.of()).get("backends"))
        .asString()
        .contains("cuda=device 0: stand-in on the CPU")
        .doesNotContain("refused");
  }

  @Test
  void aRefusalIsAnEntry() {
    Settings settings = Settings.allCores().withLibraries(List.of(Path.of("nowhere")));
    assertThat(JmhReport.environment(settings, List.of()).get("backends"))
        .asString()
        .contains("cuda=refused: ")
        .contains("nowhere");
  }

  private static Throughput throughput(double error) {
    return new Throughput("LinearBenchmark.warm", Map.of("n", "2"), 1.5, error, COST);
  }
}
