package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of ARPG's ablation table can be built, trained and decoded. */
class AblationTest {
  private static final int N = 16;
  private static final int V = 19;
  private static final ArpgConfig BASELINE = ArpgConfig.published(32, 2, 2, 2, 4, V, 3);

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  static Stream<Ablation> rows() {
    return Ablation.of(BASELINE).stream();
  }

  @Test
  void rowsAreThoseOfTheTable() {
    assertThat(rows().map(Ablation::name))
        .containsExactly(
            "2+2",
            "3+1",
            "1+3",
            "4+0",
            "0+4",
            "2+2 own keys and values",
            "2+2 raster",
            "2+2 chunks");
    assertThat(rows().map(row -> row.settings().steps()))
        .containsExactly(N, N, N, N, N, N, N, N); // 64 in the table, of 256 cells
    assertThat(Ablation.of(ArpgConfig.published(1024, 16, 12, 12, 16, 16_384, 1000)))
        .extracting(row -> row.settings().steps())
        .containsExactly(64, 64, 64, 256, 64, 64, 256, 64);
    assertThat(rows().map(row -> row.architecture()).distinct()).hasSize(6);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void decodesAndIsReadBack(Ablation row) {
    Tried tried = Tried.of(backend, row.architecture(), 5);
    int[][] tokens = tried.decode(row.settings(), DecodeBatch.of(0, 1, 2)).tokens();
    assertThat(tokens).hasDimensions(2, N);
    assertThat(Family.named("arpg").read(new Metadata("file", row.architecture().metadata())))
        .isEqualTo(row.architecture());
  }

  /**
   * What a row is trained on is what its decoding says, one cell a step, or in the steps it was
   * trained in: the loss is the cross-entropy of the tokens along the loop.
   */
  @ParameterizedTest
  @MethodSource("rows")
  void isTrainedOnWhatItDecodes(Ablation row) {
    Tried tried = Tried.of(backend, row.architecture(), 5);
    TeacherForced objective = (TeacherForced) row.objective();
    int[] order = objective.order().of(row.architecture(), 3, 40);
    Plan plan =
        objective.mask() instanceof TrainingMask.RandomChunks chunks
            ? chunks.plan(3, 6, N)
            : Plan.ones(N);
    int[][] tokens = tried.someTokens(1);
    double[] nats = {0};
    new Decoder(
            tried.network(),
            row.architecture(),
            row.settings()
                .withSteps(plan.steps().size())
                .withGuidance(Guidance.NONE)
                .withOrder(GenerationOrder.given(order)))
        .replay(
            DecodeBatch.of(0, 1),
            plan,
            tokens,
            (step, guided, ids) -> {
              double[] logits = guided.get().toDoubles();
              for (int i = 0; i < step.size(); i++) {
                double[] of = Arrays.copyOfRange(logits, i * V, (i + 1) * V);
                nats[0] -= Math.log(RadarTest.probability(of, tokens[0][order[step.from() + i]]));
              }
            });
    try (Scope _ = backend.scope()) {
      int[] classes = {tried.network().classId(1)};
      Objective.Loss loss =
          row.objective().of(tried.network(), new Examples(3, 6, 40, classes, tokens));
      // Float64 sums of a few hundred terms of order one, in another order.
      assertThat(loss.nats().toDoubles()[0]).isCloseTo(nats[0], within(1e-9));
      assertThat(loss.weight()).isEqualTo(N);
    }
  }

  @Test
  void onlyRasterIsTrainedAndDecodedInOneOrder() {
    int[] raster = IntStream.range(0, N).toArray();
    List<String> inRaster =
        rows()
            .filter(
                row ->
                    Arrays.equals(
                        ((TeacherForced) row.objective()).order().of(row.architecture(), 3, 1),
                        raster))
            .map(Ablation::name)
            .toList();
    assertThat(inRaster).containsExactly("2+2 raster");
    assertThat(
            rows()
                .filter(
                    row ->
                        Arrays.equals(
                            row.architecture()
                                .order(row.settings(), row.architecture().grid(), 1, raster),
                            raster))
                .map(Ablation::name))
        .isEqualTo(inRaster);
  }

  @Test
  void withoutCrossLayersThereIsOneCellAStep() {
    Ablation row = rows().filter(each -> each.name().equals("4+0")).findFirst().orElseThrow();
    Tried tried = Tried.of(backend, row.architecture(), 5);
    assertThatThrownBy(() -> tried.decode(row.settings().withSteps(8), DecodeBatch.of(0, 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("one cell a step");
  }

  @Test
  void aModelThatCannotBeDividedIsRefused() {
    for (ArpgConfig config :
        List.of(BASELINE.withLayers(3, 3), BASELINE.withLayers(4, 2), BASELINE.withLayers(4, 0))) {
      assertThatThrownBy(() -> Ablation.of(config))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "layers %d+%d, shared keys and values: expected two equal, even numbers, and shared ones",
              config.selfLayers(), config.crossLayers());
    }
  }
}
