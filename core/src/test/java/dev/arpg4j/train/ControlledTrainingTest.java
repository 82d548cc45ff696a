package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Trained;
import dev.arpg4j.variant.VariantCheckpoint;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A model at hand that learns to follow conditions of its cells, the rest frozen or not. */
class ControlledTrainingTest {
  private static final CodeSet DATA = new Told(16, 3);
  private static final Recipe PLAIN = Fixture.recipe().with(Map.of("weight_decay", 0.05));
  private static final VariantCheckpoint INIT = model(PLAIN.model().architecture(), "arpg");

  /** Images of random codes, each cell of which is told its code's first bit and its others. */
  private record Told(int size, int classes) implements Fixture.Images {
    @Override
    public int[] codes(int index) {
      return new Fixture.Noise(size, classes, 1).codes(index);
    }

    @Override
    public ControlKind control() {
      return ControlKind.GREY;
    }

    @Override
    public int conditionValues() {
      return 4;
    }

    @Override
    public float[] conditions(int index) {
      int[] codes = codes(index);
      float[] values = new float[4 * codes.length];
      for (int k = 0; k < values.length; k++) {
        values[k] = codes[k / 4] >> k % 4 & 1;
      }
      return values;
    }
  }

  private static VariantCheckpoint model(Architecture architecture, String variant) {
    return new VariantCheckpoint(
        "model",
        Family.named(variant),
        architecture,
        RandomWeights.of(
            architecture.parameters(), 4, each -> RandomWeights.Range.ofDeviation(0.3)),
        List.of(),
        Trained.AS_PUBLISHED,
        false);
  }

  private static Recipe controlled(Map<String, ?> changes) {
    Map<String, String> sizes = new LinkedHashMap<>(PLAIN.model().sizes());
    sizes.putAll(new ControlSizes(ControlKind.GREY, 4, 16).metadata());
    return Recipe.of(new Recipe.Model("arpg-control", sizes, DType.F32, 0.02))
        .with(
            Map.of(
                "steps",
                40,
                "batch",
                8,
                "micro_batch",
                4,
                "warm_up",
                2,
                "learning_rate",
                0.02,
                "condition_drop",
                0))
        .with(Map.of("init", "model"))
        .with(changes);
  }

  private static Trainer trainer(Backend backend, Recipe recipe) {
    return new Trainer(backend, recipe, DATA, Optional.of(INIT));
  }

  private static double[] values(WeightSource source) {
    double[] values = new double[Math.toIntExact(source.shape().size())];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  @Test
  void frozenParametersAreThoseOfTheModelToTheBitAndTheOthersLearn() {
    Recipe recipe = controlled(Map.of("freeze", true));
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = trainer(backend, recipe)) {
      double before = new Validation(recipe, DATA, new int[0][]).loss(trainer.network());
      while (!trainer.finished()) {
        trainer.step();
      }
      double after = new Validation(recipe, DATA, new int[0][]).loss(trainer.network());
      assertThat(after).isLessThan(before - 0.3);
      VariantCheckpoint trained = ModelExport.of("trained", trainer, List.of());
      trained
          .architecture()
          .parameters()
          .forEach(
              each -> {
                double[] now = values(trained.weights().of(each.name()));
                if (each.name().startsWith(ControlSizes.PREFIX)) {
                  assertThat(Arrays.stream(now)).as(each.name()).anyMatch(value -> value != 0);
                } else {
                  assertThat(now).isEqualTo(values(INIT.weights().of(each.name())));
                }
              });
    }
  }

  /** Without conditions a frozen model says what it said before, whatever was learnt. */
  @Test
  void aFrozenModelWithoutConditionsIsTheModelBefore() {
    Recipe recipe = controlled(Map.of("freeze", true, "steps", 5));
    CodeSet masked = new Fixture.Noise(16, 3, 1);
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = trainer(backend, recipe)) {
      double before = new Validation(recipe, masked, new int[0][]).loss(trainer.network());
      while (!trainer.finished()) {
        trainer.step();
      }
      assertThat(new Validation(recipe, masked, new int[0][]).loss(trainer.network()))
          .isEqualTo(before);
    }
  }

  @Test
  void whatIsNotFrozenMovesToo() {
    Recipe recipe = controlled(Map.of("steps", 3));
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = trainer(backend, recipe)) {
      Optimizer.State first = trainer.optimizer().states().getFirst();
      assertThat(first.value().toDoubles())
          .isEqualTo(values(INIT.weights().of("embeddings.weight")));
      while (!trainer.finished()) {
        trainer.step();
      }
      assertThat(first.value().toDoubles())
          .isNotEqualTo(values(INIT.weights().of("embeddings.weight")));
    }
  }

  /**
   * An image without conditions has no part in the path: all of them dropped, nothing is learnt.
   */
  @Test
  void droppedConditionsTeachNothing() {
    Recipe recipe = controlled(Map.of("freeze", true, "steps", 3, "condition_drop", 1));
    try (Backend backend = Fixture.backend("cpu", 1);
        Trainer trainer = trainer(backend, recipe)) {
      assertThat(trainer.step().norm()).isZero();
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Backend backend = Fixture.backend("cpu", 1)) {
      assertThatThrownBy(
              () ->
                  new Trainer(
                      backend, controlled(Map.of()), new Fixture.Noise(8, 3, 1), Optional.of(INIT)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "data whose cells have none of 0 values for a model of grey of 4 (--control)");
      VariantCheckpoint wide = model(Fixture.recipe("arpg", 32, 3).model().architecture(), "arpg");
      assertThatThrownBy(() -> new Trainer(backend, controlled(Map.of()), DATA, Optional.of(wide)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("model: parameter embeddings.weight is [17, 32], expected [17, 16]");
      VariantCheckpoint controlled =
          model(controlled(Map.of()).model().architecture(), "arpg-control");
      assertThatThrownBy(
              () ->
                  new Trainer(backend, PLAIN, new Fixture.Noise(8, 3, 1), Optional.of(controlled)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "model: has parameters that are not trained here: control.fc1.bias,"
                  + " control.fc1.weight, control.fc2.bias, control.fc2.weight");
    }
    assertThatThrownBy(() -> controlled(Map.of("freeze", true, "init", "")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("freeze (--freeze): all but the path for conditions would keep");
    Recipe recipe = controlled(Map.of("freeze", true, "condition_drop", 0.25));
    assertThat(RecipeEntries.read(RecipeEntries.text(recipe))).isEqualTo(recipe);
    assertThat(recipe.noise().conditionDrop()).isEqualTo(0.25);
    assertThat(RecipeEntries.text(PLAIN)).doesNotContainKeys("condition_drop", "freeze", "init");
  }
}
