package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.train.Trainer.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final Fixture.Noise DATA = new Fixture.Noise(8, 3, 1);

  /** What a run leaves. */
  record Run(List<StepReport> reports, List<double[]> values) {}

  static Run run(String backendName, int threads, Recipe recipe) {
    return run(backendName, threads, recipe, DATA);
  }

  static Run run(String backendName, int threads, Recipe recipe, CodeSet data) {
    try (Backend backend = Fixture.backend(backendName, threads);
        Trainer trainer = new Trainer(backend, recipe, data)) {
      List<StepReport> reports = new ArrayList<>();
      while (!trainer.finished()) {
        reports.add(trainer.step());
      }
      return new Run(
          reports,
          trainer.optimizer().states().stream().map(state -> state.value().toDoubles()).toList());
    }
  }

  /** With a head of zero every code is as likely as any other. */
  @ParameterizedTest
  @ValueSource(strings = {"oracle", "cpu"})
  void beginsAtTheLossOfAUniformGuess(String backend) {
    StepReport first = run(backend, 1, Fixture.recipe().with(Map.of("steps", 3))).reports().get(0);
    assertThat(first.loss()).isEqualTo(Math.log(Fixture.VOCABULARY), within(1e-6));
    assertThat(first.norm()).isPositive();
    assertThat(first.rate()).isEqualTo(1e-3);
  }

  /** LlamaGen's order is the raster, so that all cells follow from the class and those before. */
  @Test
  void overfitsEightImages() {
    Recipe recipe =
        overfitting("llamagen").with(Map.of("steps", 120, "warm_up", 20, "learning_rate", 1e-2));
    assertThat(lastLoss(recipe, new Fixture.Noise(8, 8, 1))).isLessThan(0.05);
  }

  /**
   * In ARPG's random orders the cell that comes first is told the class and not its own place (P11
   * of VARIANTS.md), so images of 16 cells whose codes differ cost a sixteenth of the entropy of
   * their codes, 0.13 of random ones, whatever is learnt. Of these images the class tells all;
   * where it is dropped, the first cell alone costs ln 8 / 16 = 0.13.
   */
  @Test
  void overfitsEightImagesInRandomOrders() {
    Recipe recipe =
        overfitting("arpg").with(Map.of("steps", 100, "warm_up", 10, "learning_rate", 1e-2));
    CodeSet images = new Fixture.Plain(8);
    assertThat(lastLoss(recipe, images)).isLessThan(0.05);
    assertThat(lastLoss(recipe.with(Map.of("label_drop", 1)), images)).isGreaterThan(0.1);
  }

  private static Recipe overfitting(String variant) {
    return Fixture.recipe(variant, 32, 8)
        .with(Map.of("batch", 8, "micro_batch", 8, "label_drop", 0));
  }

  private static double lastLoss(Recipe recipe, CodeSet images) {
    return run("cpu", 2, recipe, images).reports().getLast().loss();
  }

  @ParameterizedTest
  @ValueSource(strings = {"oracle", "cpu"})
  void learnsWithWeightsHeldInBfloat16(String backend) {
    Map<String, Object> changes = Map.of("weights", "bf16", "learning_rate", 1e-2, "steps", 30);
    List<StepReport> reports = run(backend, 2, Fixture.recipe().with(changes)).reports();
    assertThat(reports).allMatch(each -> Double.isFinite(each.loss() + each.norm()));
    assertThat(reports.getLast().loss()).isLessThan(reports.getFirst().loss() - 0.05);
    List<StepReport> wide =
        run(backend, 2, Fixture.recipe().with(changes).with(Map.of("weights", "f32"))).reports();
    assertThat(reports.getLast().loss()).isNotEqualTo(wide.getLast().loss());
  }

  @Test
  void hasTheSameBitsWithOneThreadAndWithTwo() {
    Recipe recipe = Fixture.recipe().with(Map.of("dropout", 0.1));
    assertSameBits(run("cpu", 1, recipe), run("cpu", 2, recipe));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oracle", "cpu"})
  void hasTheSameBitsWhetherActivationsWaitOrAreComputedAgain(String backend) {
    Recipe kept = Fixture.recipe().with(Map.of("dropout", 0.1));
    Recipe recomputed = kept.with(Map.of("activations", "recomputed"));
    assertSameBits(run(backend, 2, kept), run(backend, 2, recomputed));
  }

  /**
   * On the oracle, cutting a batch elsewhere moves a gradient by the roundings of a sum of some
   * hundred terms below 1, 1e-13 at most; with ε = 1e-3 the direction of AdamW multiplies that by
   * 1e3 at most and the rates add up to 1e-2, so that weights move by 1e-12, and what they move the
   * next gradients by is as small. An image left out, or dropped otherwise, moves them by 1e-4.
   */
  @Test
  void theSizeOfMicroBatchesChangesRoundingAlone() {
    Recipe recipe = Fixture.recipe().with(Map.of("dropout", 0.1, "epsilon", 1e-3));
    Run whole = run("oracle", 1, recipe.with(Map.of("micro_batch", 6)));
    for (int size : new int[] {1, 4, 100}) {
      Run cut = run("oracle", 1, recipe.with(Map.of("micro_batch", size)));
      for (int i = 0; i < whole.values().size(); i++) {
        assertThat(cut.values().get(i)).containsExactly(whole.values().get(i), within(1e-10));
      }
    }
    Run other = run("oracle", 1, recipe.with(Map.of("dropout", 0.2)));
    assertThat(other.values().getFirst()[0] - whole.values().getFirst()[0]).isNotZero();
  }

  @Test
  void anotherSeedIsAnotherRun() {
    Run one = run("oracle", 1, Fixture.recipe().with(Map.of("steps", 3)));
    Run other = run("oracle", 1, Fixture.recipe().with(Map.of("steps", 3, "seed", 1)));
    assertThat(one.values().getFirst()).isNotEqualTo(other.values().getFirst());
  }

  /** A rate of 3.3e37 makes weights whose sums float32 cannot hold. */
  @ParameterizedTest
  @ValueSource(strings = {"kept", "recomputed"})
  void stopsAtTheFirstStepThatIsNoNumberAndNamesTheOp(String activations) {
    Recipe recipe =
        Fixture.recipe()
            .with(
                Map.of(
                    "learning_rate",
                    3.3e37,
                    "warm_up",
                    0,
                    "weight_decay",
                    0,
                    "activations",
                    activations));
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = new Trainer(backend, recipe, DATA)) {
      trainer.step();
      double[] before = trainer.optimizer().states().getFirst().value().toDoubles();
      assertThatThrownBy(trainer::step)
          .isInstanceOf(DivergedException.class)
          .hasMessageMatching("step 1: loss .*, gradient norm .*: \\w+ #\\d+ in \\w+.*");
      assertThat(trainer.done()).isEqualTo(1);
      assertThat(trainer.optimizer().states().getFirst().value().toDoubles()).isEqualTo(before);
    }
  }

  @Test
  void refusesABackendThatComputesInBfloat16() {
    try (Backend backend = new Narrow(Fixture.backend("cpu", 1))) {
      Recipe recipe = Fixture.recipe();
      assertThatThrownBy(() -> new Trainer(backend, recipe, DATA))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "backend cpu computes in bf16: training expects f32 (--compute f32; --weights bf16"
                  + " holds weights in bf16)");
    }
  }

  /** Weights at their values already are not packed again, twice, for each look at them. */
  @Test
  void whatIsExportedWithoutAnAverageIsAssignedNoWeight() {
    try (Assigning backend = new Assigning(Fixture.backend("cpu", 1));
        Trainer trainer = new Trainer(backend, Fixture.recipe(), DATA);
        Trainer averaged = new Trainer(backend, Fixture.recipe().with(Map.of("ema", 0.9)), DATA)) {
      backend.assigned = 0;
      trainer.withExported(network -> assertThat(network).isSameAs(trainer.network()));
      assertThat(backend.assigned).isZero();
      averaged.withExported(_ -> {});
      assertThat(backend.assigned).isPositive();
    }
  }

  /** What could not be made leaves no scope open in which others would then work. */
  @Test
  void givesItsScopeBackWhereItCannotBeMade() {
    try (Backend backend = new Failing(Fixture.backend("cpu", 1));
        Scope around = backend.scope()) {
      assertThatThrownBy(() -> new Trainer(backend, Fixture.recipe(), DATA))
          .isInstanceOf(OutOfMemoryError.class);
      around.close();
    }
  }

  @Test
  void refusesDataOfOtherSizes() {
    try (Backend backend = Fixture.backend("oracle", 1)) {
      assertThatThrownBy(() -> new Trainer(backend, Fixture.recipe(), new Fixture.Noise(8, 4, 1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "data of 4x4 cells, 11 codes, 4 classes for a model of 4x4 cells, 11 codes, 3"
                  + " classes");
    }
  }

  /** Counts the weights that are given values. */
  private static final class Assigning extends ForwardingOps {
    private int assigned;

    Assigning(Backend delegate) {
      super(delegate);
    }

    @Override
    public void assign(Weight weight, Tensor values) {
      assigned++;
      super.assign(weight, values);
    }
  }

  /** Has no memory for a trainer's last constant. */
  private static final class Failing extends ForwardingOps {
    Failing(Backend delegate) {
      super(delegate);
    }

    @Override
    public Tensor tensor(Shape shape, double... values) {
      if (shape.size() == 1) {
        throw new OutOfMemoryError();
      }
      return super.tensor(shape, values);
    }
  }

  /** Says that it computes in bfloat16. */
  private static final class Narrow extends ForwardingOps {
    Narrow(Backend delegate) {
      super(delegate);
    }

    @Override
    public DType computeType() {
      return DType.BF16;
    }
  }

  static void assertSameBits(Run one, Run other) {
    assertThat(one.reports()).isEqualTo(other.reports());
    for (int i = 0; i < one.values().size(); i++) {
      assertThat(one.values().get(i)).isEqualTo(other.values().get(i));
    }
  }
}
