package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarTest {
  private static final Var VAR = new Var();
  private static final Var.Sized D16 = VAR.published().get("d16");
  private static final Var.Sized TINY =
      VAR.tiny(new TinySizes(32, 2, 2, new TokenGrid(4, 3), 20, 5, 10_000));

  private static Layout layout(Architecture architecture) {
    DecodeSettings settings = VAR.settings(architecture);
    return architecture.layout(settings, architecture.plan(settings, architecture.places()), 0);
  }

  @Test
  void theMaskIsAPrefix() {
    Masks.agree(TINY, layout(TINY));
    Masks.agree(TINY, TINY.training());
  }

  @Test
  void aStepIsAScale() {
    assertThat(D16.places()).isEqualTo(680);
    assertThat(D16.grid()).isEqualTo(TokenGrid.square(16));
    Layout layout = layout(D16);
    assertThat(layout.plan().sizes()).containsExactly(1, 4, 9, 16, 25, 36, 64, 100, 169, 256);
    assertThat(layout.rows()).isEqualTo(680);
    assertThat(layout.capacity()).isEqualTo(680);
  }

  @Test
  void everyRowPredictsItsOwnCell() {
    Feed training = TINY.training();
    assertThat(training.targets()).isEqualTo(training.reads()).hasSize(1 + 4 + 9);
    assertThat(training.rows().getFirst().role()).isEqualTo(Role.CONDITION);
    assertThat(training.places(Role.QUERY)).startsWith(1, 2).hasSize(13);
    assertThat(training.ends()).startsWith(1, 5, 5, 5, 5, 14).endsWith(14);
  }

  /** t = w·k/(K-1), and the weight of u + weight·(c - u) is 1 + t. */
  @ParameterizedTest
  @CsvSource({"1.5, 0, 1", "1.5, 9, 2.5", "1.5, 3, 1.5", "4.5, 6, 4"})
  void guidanceGrowsScaleByScale(double scale, int step, double expected) {
    Plan plan = layout(D16).plan();
    assertThat(Var.GROWING.weight(scale, plan.steps().get(step), plan)).isEqualTo(expected);
  }

  @Test
  void oneScaleAloneIsNotGuided() {
    Plan plan = Plan.ofSizes(1);
    assertThat(Var.GROWING.weight(3, plan.steps().getFirst(), plan)).isEqualTo(1);
  }

  /** VARIANTS.md 6, in units of 10 million parameters; published are those of the transformer. */
  @ParameterizedTest
  @CsvSource({"d16, 31", "d20, 60", "d24, 103", "d30, 201"})
  void publishedSizesHaveTheirParameters(String size, long tenMillions) {
    assertThat(Math.round(VAR.published().get(size).parameterCount() / 1e7)).isEqualTo(tenMillions);
  }

  @Test
  void sizesAreReadBackFromTheirMetadata() {
    assertThat(VAR.read(new Metadata("x", D16.metadata()))).isEqualTo(D16);
    assertThat(VAR.read(new Metadata("x", TINY.metadata()))).isEqualTo(TINY);
  }

  @ParameterizedTest
  @CsvSource({
    "shared_aln, True, False",
    "attn_l2_norm, False, True",
    "phi_index, '0,0,1,1,2,2,2,3,3,3', '0,0,1,1,1,2,2,3,3,3'"
  })
  void otherFormsAreRefused(String key, String found, String expected) {
    Map<String, String> other = new HashMap<>(D16.metadata());
    other.put(key, found);
    assertThatThrownBy(() -> VAR.read(new Metadata("x", other)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("%s is %s, expected %s".formatted(key, found, expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,2,2", "2,3", "1,3,2", "1,2000"})
  void scalesThatDoNotGrowFromOneAreRefused(String sides) {
    Map<String, String> other = new HashMap<>(D16.metadata());
    other.put("patch_nums", sides);
    assertThatThrownBy(() -> VAR.read(new Metadata("x", other)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("patch_nums " + sides);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 680})
  void partsOfScalesAreRefused(int steps) {
    DecodeSettings settings = VAR.settings(D16).withSteps(steps);
    assertThatThrownBy(() -> D16.plan(settings, 680))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("steps " + steps + ": VAR decodes one scale a step")
        .hasMessageContaining("P5")
        .hasMessageEndingWith("expected 10");
  }

  @Test
  void knownCellsAreRefused() {
    assertThatThrownBy(() -> D16.plan(VAR.settings(D16), 679))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("known cells: VAR decodes one scale a step")
        .hasMessageContaining("P12");
  }

  @Test
  void constantsOfPublishedFilesArePassedOver() {
    assertThat(
            Arrays.asList(
                "blocks.3.attn.zero_k_bias",
                "lvl_1L",
                "attn_bias_for_masking",
                "quantize.ema_vocab_hit_SV"))
        .allMatch(D16::passesOver);
    assertThat(D16.parameters()).noneMatch(parameter -> D16.passesOver(parameter.name()));
  }
}
