package dev.arpg4j.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.Trainer;
import dev.arpg4j.variant.Ablation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of both tables can be trained and decoded. */
class TableTest {
  private static final TokenGrid GRID = TokenGrid.square(4);
  private static final int CODES = 11;
  private static final int CLASSES = 3;

  private static Recipe baseline(int layers) {
    BackboneConfig like = new BackboneConfig(16, 2, layers, GRID, CODES, CLASSES, 8, 10_000, 1e-5);
    return Recipe.of(Recipe.Model.of("arpg", like, Map.of(), DType.F32))
        .with(Map.of("steps", 2, "batch", 3, "micro_batch", 2, "warm_up", 1, "seed", 5));
  }

  static Stream<Trial> trials() {
    return Arrays.stream(Table.values()).flatMap(table -> table.trials(baseline(4)).stream());
  }

  private static List<String> lines(Table table, Recipe baseline) {
    return table.trials(baseline).stream()
        .flatMap(trial -> trial.lines().stream())
        .map(line -> "%s: %s".formatted(line.name(), line.key()))
        .toList();
  }

  /** On 16x16 cells, as it is run. */
  private static Recipe real() {
    BackboneConfig like =
        new BackboneConfig(128, 4, 8, TokenGrid.square(16), 512, 10, 32, 10_000, 1e-5);
    return Recipe.of(Recipe.Model.of("arpg", like, Map.of(), DType.F32));
  }

  @Test
  void linesAreThoseOfTheTables() {
    assertThat(lines(Table.ABLATIONS, real()))
        .containsExactly(
            "4+4: 64-chunk",
            "4+4 strict: 64-strict",
            "4+4 256 steps: 256-chunk",
            "4+4 32 steps: 32-chunk",
            "4+4 16 steps: 16-chunk",
            "4+4 8 steps: 8-chunk",
            "6+2: 64-chunk",
            "2+6: 64-chunk",
            "8+0: 256-chunk",
            "0+8: 64-chunk",
            "4+4 own keys and values: 64-chunk",
            "4+4 raster: 256-chunk",
            "4+4 chunks: 64-chunk");
    assertThat(lines(Table.FAMILY, real()))
        .extracting(line -> line.replaceAll("-(chunk|strict)$", ""))
        .containsExactly(
            "ARPG: 64",
            "RadAR-flat: 13",
            "RadAR-nested: 13",
            "RandAR: 88",
            "LlamaGen: 256",
            "MaskGIT: 12");
  }

  /** One folder holds both tables, and their first model is trained once. */
  @Test
  void bothTablesHaveTheSameBaseline() {
    Trial one = Table.ABLATIONS.trials(real()).getFirst();
    Trial other = Table.FAMILY.trials(real()).getFirst();
    assertThat(other.folder()).isEqualTo(one.folder()).isEqualTo("4+4");
    assertThat(other.recipe()).isEqualTo(one.recipe());
    assertThat(other.lines().getFirst().settings()).isEqualTo(one.lines().getFirst().settings());
  }

  /** The definitions of VARIANTS.md 1.11, in a recipe's words. */
  @Test
  void recipesSayTheObjectivesOfTheAblations() {
    Recipe baseline = baseline(4);
    List<Ablation> rows =
        Ablation.of(ArpgConfig.of(new Metadata("recipe", baseline.model().sizes())));
    List<Trial> trials = Table.ABLATIONS.trials(baseline);
    for (int i = 0; i < rows.size(); i++) {
      Recipe recipe = trials.get(i).recipe();
      assertThat(recipe.objective()).isEqualTo(rows.get(i).objective());
      assertThat(recipe.model().architecture()).isEqualTo(rows.get(i).architecture());
      DecodeSettings settings = trials.get(i).lines().getFirst().settings();
      assertThat(settings.steps()).isEqualTo(rows.get(i).settings().steps());
      assertThat(settings.order()).isEqualTo(rows.get(i).settings().order());
      assertThat(settings.pass1()).isEqualTo(Pass1Mask.CHUNK);
    }
  }

  /** What a row is about is all that differs: budget, optimizer and seed are the baseline's. */
  @ParameterizedTest
  @MethodSource("trials")
  void isTrainedUnderTheBaselinesBudget(Trial trial) {
    Recipe baseline = baseline(4);
    Recipe alike =
        trial
            .recipe()
            .of(baseline.model(), baseline.feeding())
            .with(Map.of("label_drop", baseline.noise().labelDrop()));
    assertThat(alike).isEqualTo(baseline);
  }

  @ParameterizedTest
  @MethodSource("trials")
  void isTrainedAndDecoded(Trial trial) {
    try (Backend backend =
            BackendProvider.named("oracle").open(BackendProvider.Settings.ofThreads(1));
        Trainer trainer = new Trainer(backend, trial.recipe(), new Images())) {
      while (!trainer.finished()) {
        // Logits are zero at first, hence all codes as likely as each other.
        assertThat(trainer.step().loss()).isBetween(1.0, 4.0);
      }
      for (Line line : trial.lines()) {
        Decoder decoder =
            new Decoder(trainer.network(), trial.recipe().model().architecture(), line.settings());
        int[][] tokens = decoder.decode(DecodeBatch.of(0, 1, 2), (step, guided, ids) -> {});
        assertThat(tokens).hasDimensions(2, GRID.cells());
      }
    }
    assertThat(trial.forwardFlops()).isPositive();
  }

  @Test
  void rowsAreAskedForByNameFolderOrLine() {
    List<Trial> trials = Table.ABLATIONS.trials(baseline(4));
    assertThat(Trial.only(trials, List.of("2+2-OWN-keys-and-values", "4+0")))
        .extracting(Trial::name)
        .containsExactly("4+0", "2+2 own keys and values");
    assertThat(Trial.only(Table.FAMILY.trials(baseline(4)), List.of("arpg", "randar")))
        .extracting(Trial::folder)
        .containsExactly("2+2", "randar");
    assertThat(Trial.only(trials, List.of())).isEqualTo(trials);
    assertThatThrownBy(() -> Trial.only(trials, List.of("4+0", "5+3")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "--only '5+3': expected one of 2+2, 3+1, 1+3, 4+0, 0+4, 2+2 own keys and values,"
                + " 2+2 raster, 2+2 chunks");
  }

  @Test
  void layersThatCannotBeHalvedTwiceAreRefused() {
    assertThatThrownBy(() -> Table.FAMILY.trials(baseline(6)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("layers 3+3");
  }

  /** Six images of codes without a pattern. */
  private record Images() implements CodeSet {
    @Override
    public int size() {
      return 6;
    }

    @Override
    public TokenGrid grid() {
      return GRID;
    }

    @Override
    public int vocabulary() {
      return CODES;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c");
    }

    @Override
    public int label(int index) {
      return index % CLASSES;
    }

    @Override
    public int[] codes(int index) {
      return IntStream.range(0, GRID.cells()).map(i -> (i * i + 3 * index) % CODES).toArray();
    }
  }
}
