package dev.arpg4j.properties.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.verify.Closeness;
import dev.arpg4j.verify.TokenComparison;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The embedded model decoded on the CUDA backend, and what the host asks of the device for it. */
@Tag("any-width")
class DecodeOnCudaTest {
  private static final int STEPS = 3;
  private static final DecodeSettings SETTINGS = DecodeSettings.EMBEDDED.withSteps(STEPS);

  private Backend backend;

  private Backend open(DType type) {
    Settings settings = Settings.ofThreads(2).withLibraries(List.of(StandIn.required()));
    backend = BackendProvider.named("cuda").open(settings.withComputeType(type));
    return backend;
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static Decoder decoder(Backend on) {
    return new Decoder(Arpg.load(on, EmbeddedModel.checkpoint(), DType.F32), SETTINGS);
  }

  /** Three batches, of which the first is said, the second recorded and the third replayed. */
  @Test
  void float32DrawsTheTokensOfTheCpu() {
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(2))) {
      List<int[][]> expected = decoded(decoder(cpu));
      List<int[][]> found = decoded(decoder(open(DType.F32)));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i)).as("batch %d", i).isDeepEqualTo(expected.get(i));
      }
    }
  }

  private static List<int[][]> decoded(Decoder decoder) {
    List<int[][]> tokens = new ArrayList<>();
    try (DecodeSession session = decoder.sessionOfIds(DecodeBatch.of(0, 0))) {
      for (int image = 0; image < 3; image++) {
        tokens.add(session.decode(DecodeBatch.of(image, 3 * image), DecodeObserver.NONE));
      }
    }
    return tokens;
  }

  /** The embedding of [MASK] is part of the query that all steps share, which they read anew. */
  @Test
  void aWeightAssignedAfterStepsWereRecordedIsSeen() {
    DecodeBatch batch = DecodeBatch.of(0, 1);
    open(DType.F32);
    Arpg model = Arpg.load(backend, EmbeddedModel.checkpoint(), DType.F32);
    Decoder decoder = new Decoder(model, SETTINGS);
    Weight table = model.weight("embeddings.weight");
    try (DecodeSession session = decoder.session(batch)) {
      for (int turn = 0; turn < 2; turn++) {
        List<Double> alone = new ArrayList<>();
        decoder.decode(batch, (_, logits, _) -> add(alone, logits.get()));
        for (int i = 0; i < 3; i++) {
          List<Double> among = new ArrayList<>();
          session.decode(batch, (_, logits, _) -> add(among, logits.get()));
          assertThat(among).as("turn %d, batch %d", turn, i).isEqualTo(alone);
        }
        double[] values = new double[(int) table.shape().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.sin((turn + 1) * (i + 1.0));
        }
        backend.assign(table, new ArraySource("embeddings.weight", table.shape(), values));
      }
    }
  }

  private static void add(List<Double> all, Tensor logits) {
    for (double each : logits.toDoubles()) {
      all.add(each);
    }
  }

  /** Of three images the third is replayed, so that the comparison is of recordings too. */
  @Test
  void comparingTokensRepeatsRecordings() {
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(2))) {
      TokenComparison comparison =
          new TokenComparison(EmbeddedModel.checkpoint(), SETTINGS, cpu, open(DType.F32));
      StandIn.reset();
      assertThat(comparison.compare(3, () -> {}).differing()).isZero();
      assertThat(StandIn.count("graphLaunches")).isGreaterThanOrEqualTo(2 * (STEPS + 1));
    }
  }

  /** From the third batch on: one graph a step and one for the query, one wait, nothing else. */
  @Test
  void theHostWaitsOnceABatchAndAsksForNothing() {
    try (DecodeSession session = decoder(open(DType.BF16)).sessionOfIds(DecodeBatch.of(0, 0))) {
      for (int image = 0; image < 4; image++) {
        if (image == 2) {
          StandIn.reset();
        }
        session.decode(DecodeBatch.of(image, image), DecodeObserver.NONE);
      }
      assertThat(StandIn.count("synchronizes")).isEqualTo(2);
      assertThat(StandIn.count("graphLaunches")).isEqualTo(2 * (STEPS + 1));
      assertThat(StandIn.count("allocations")).isZero();
      assertThat(StandIn.count("captures")).isZero();
      assertThat(StandIn.count("copiesToHost")).as("ids and the fault record").isEqualTo(2 * 2);
    }
  }

  /**
   * Errors of 2^-9 in each of some thirty sublayers, in a random walk, are about 1 % of the largest
   * logit; ten times that would be a fault.
   */
  @Test
  void bfloat16ComesClose() {
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(2))) {
      Closeness closeness =
          Closeness.of(EmbeddedModel.checkpoint(), SETTINGS, 1, cpu, open(DType.BF16), () -> {});
      assertThat(closeness.rmsError()).isLessThan(0.02 * closeness.largest());
      assertThat(closeness.maxError()).isLessThan(0.1 * closeness.largest());
    }
  }
}
