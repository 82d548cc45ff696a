package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.TeacherForced;
import dev.arpg4j.variant.TrainingMask;
import dev.arpg4j.variant.TrainingOrder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  @ParameterizedTest
  @ValueSource(strings = {"arpg", "radar-flat", "radar-nested", "randar", "llamagen", "maskgit"})
  void isReadBackFromItsEntries(String variant) {
    BackboneConfig sizes =
        new BackboneConfig(32, 4, 4, TokenGrid.square(4), 9, 5, 32, 10_000, 1e-5);
    Recipe recipe =
        Recipe.of(Recipe.Model.of(variant, sizes, Map.of(), DType.BF16))
            .with(Map.of("ema", 0.999, "seed", -7, "activations", "recomputed", "dropout", 0.125));
    assertThat(RecipeEntries.read(RecipeEntries.text(recipe))).isEqualTo(recipe);
    assertThat(recipe.model().architecture().grid()).isEqualTo(TokenGrid.square(4));
  }

  @Test
  void sizesMayDifferFromTheBackbones() {
    BackboneConfig sizes =
        new BackboneConfig(32, 4, 4, TokenGrid.square(4), 9, 5, 32, 10_000, 1e-5);
    Recipe.Model model = Recipe.Model.of("arpg", sizes, Map.of("n_self", "3"), DType.F32);
    assertThat(model.architecture().metadata()).containsEntry("n_self", "3");
    assertThatThrownBy(() -> Recipe.Model.of("arpg", sizes, Map.of("n_elf", "3"), DType.F32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("size n_elf: arpg has ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps         | 0     | steps 0: expected 1 or more",
        "batch         | 0     | batch 0: expected 1 or more",
        "batch         | 300000000 | steps 10 of batch 300000000: expected at most 2147483647 images in all",
        "micro_batch   | -1    | micro_batch -1: expected 1 or more",
        "learning_rate | -1    | learning_rate -1.0: expected a number above 0",
        "beta1         | 1     | beta1 1: expected 0 or more and below 1",
        "beta2         | -0.5  | beta2 -0.5: expected 0 or more and below 1",
        "epsilon       | 0     | epsilon 0.0: expected 1.1754944E-38 or more and below 1",
        "epsilon       | 1e-60 | epsilon 1.0E-60: expected 1.1754944E-38 or more and below 1",
        "warm_up       | 10    | warm_up 10: expected fewer than steps, 10",
        "weight_decay  | NaN   | weight_decay NaN: expected 0 or more",
        "clip_norm     | -1    | clip_norm -1: expected 0 or more",
        "dropout       | 1     | dropout 1: expected 0 or more and below 1",
        "label_drop    | 1.5   | label_drop 1.5: expected 0 .. 1",
        "ema           | 1     | ema 1: expected 0 or more and below 1",
        "init_deviation| -1    | init_deviation -1: expected 0 or more and below 1",
        "batch         | many  | batch is many, expected a number",
        "seed          | 1.5   | seed is 1.5, expected a whole number",
        "weights       | i32   | weights I32: expected F32 or BF16",
        "activations   | some  | activations is some, which is not known",
        "chunks        | -1    | chunks -1: expected 0 or more",
        "order         | spiral| order is spiral, which is not known",
        "colour        | red   | no recipe has a field 'colour'",
      })
  void refusesAFieldInOneLine(String field, String value, String message) {
    Recipe recipe = Fixture.recipe();
    assertThatThrownBy(() -> recipe.with(Map.of(field, value)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"randar, random", "llamagen, random", "rar, raster", "arpg-0+l2, raster"})
  void ordersAreForWhatNoOrderIsBuiltInto(String variant, String order) {
    Recipe recipe = Fixture.recipe(variant, 16, 3).with(Map.of("order", order));
    assertThat(((TeacherForced) recipe.objective()).order())
        .isEqualTo(recipe.feeding().order().order());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nar          | order  | raster",
        "radar-flat   | order  | random",
        "radar-nested | order  | raster",
        "maskgit      | order  | raster",
        "radar-flat   | chunks | 8",
        "randar       | chunks | 8",
        "llamagen     | chunks | 2",
        "rar          | chunks | 2",
        "nar          | chunks | 2",
        "maskgit      | chunks | 2",
      })
  void refusesWhatASystemCannotBeTrainedBy(String variant, String field, String value) {
    Recipe recipe = Fixture.recipe(variant, 16, 3);
    assertThatThrownBy(() -> recipe.with(Map.of(field, value)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "%s %s \\(--%s\\): %s .*is trained in .* of its own; expected (own|0)"
                .formatted(field, value, field, variant));
  }

  /** Without cross layers the next cell alone is predicted, whichever it is. */
  @Test
  void withoutQueriesThereAreOrdersButNoChunks() {
    Recipe selfOnly = Fixture.recipe().with(Map.of("model.n_self", 2));
    assertThat(selfOnly.with(Map.of("order", "raster")).objective())
        .isInstanceOf(TeacherForced.class);
    assertThatThrownBy(() -> selfOnly.with(Map.of("chunks", 2)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "chunks 2 (--chunks): arpg at these sizes is trained in steps of its own; expected 0");
  }

  @Test
  void noLabelIsDroppedWhereThereIsNoNullClass() {
    Recipe masked = Fixture.recipe("maskgit", 16, 3);
    assertThat(masked.noise().labelDrop()).isZero();
    assertThatThrownBy(() -> masked.with(Map.of("label_drop", 0.1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "label_drop 0.1 (--label-drop): maskgit has no null class that a label could become;"
                + " expected 0");
    Recipe arpg = Fixture.recipe();
    assertThat(arpg.noise().labelDrop()).isEqualTo(0.1);
    assertThat(arpg.of(masked.model(), masked.feeding()).noise().labelDrop()).isZero();
  }

  @Test
  void ordersAndChunksAreTheObjectives() {
    Recipe arpg = Fixture.recipe().with(Map.of("order", "raster", "chunks", 4));
    assertThat(arpg.objective())
        .isEqualTo(
            new TeacherForced(
                arpg.model().architecture(),
                new TrainingOrder.Raster(),
                new TrainingMask.RandomChunks(4)));
  }

  @Test
  void refusesToGoWithoutAField() {
    Map<String, String> entries = new HashMap<>(RecipeEntries.text(Fixture.recipe()));
    entries.remove("batch");
    assertThatThrownBy(() -> RecipeEntries.read(entries))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("batch is missing, expected a number");
  }
}
