package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.Comparing.OnDifference;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The embedded model decoded by both CPU backends in step, each op within its bound. */
class BackendsInStepTest {
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void everyOpOfADecodeStaysWithinItsBound(DType storage) {
    Backend oracle = BackendProvider.named("oracle").open(Settings.allCores());
    Backend cpu = BackendProvider.named("cpu").open(Settings.allCores());
    Checkpoint checkpoint = EmbeddedModel.checkpoint();
    try (Comparing comparing = new Comparing(oracle, cpu, OnDifference.GATHER)) {
      Arpg model = Arpg.load(comparing, checkpoint.config(), checkpoint.weights(), storage);
      new Decoder(model, settings()).decode(DecodeBatch.of(0, 1, 7), DecodeObserver.NONE);

      ComparisonReport report = comparing.report();
      assertThat(report.differences()).as(report.table()).isEmpty();
      assertThat(report.ops().get("linear").worstRatio()).isPositive();
    }
  }

  private static DecodeSettings settings() {
    return new DecodeSettings(
        6,
        StepSchedule.ARCCOS,
        new Guidance(GuidanceSchedule.LINEAR, 3),
        new Sampling(1, 20, 0.9),
        GenerationOrder.IMAGE,
        Pass1Mask.CHUNK,
        0);
  }
}
