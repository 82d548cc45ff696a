package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RarTest {
  private static final Rar RAR = new Rar();
  private static final Architecture TINY =
      RAR.tiny(new TinySizes(32, 2, 2, new TokenGrid(2, 3), 20, 5, 10_000));

  private static Layout layout(Architecture architecture) {
    DecodeSettings settings = RAR.settings(architecture);
    return architecture.layout(settings, architecture.plan(settings, architecture.places()), 0);
  }

  @Test
  void theMaskIsAPrefix() {
    Masks.agree(TINY, layout(TINY));
    Masks.agree(TINY, TINY.training());
  }

  @Test
  void theFirstStepFeedsTwoRowsAndTheOthersOne() {
    Layout layout = layout(TINY);
    assertThat(layout.steps()).hasSize(6);
    assertThat(layout.steps().get(0).rows())
        .containsExactly(new Slot(Role.SPECIAL, 0, 0, 0), new Slot(Role.CONDITION, 0, 0, 1));
    assertThat(layout.steps().get(3).rows()).containsExactly(new Slot(Role.CONTENT, 2, 3, 4));
    assertThat(layout.plan().sizes()).containsOnly(1);
    assertThat(layout.rows()).isEqualTo(7);
  }

  @Test
  void trainingFeedsAllTokensButTheLast() {
    Feed training = TINY.training();
    assertThat(training.rows())
        .extracting(Slot::role)
        .startsWith(Role.SPECIAL, Role.CONDITION, Role.CONTENT)
        .hasSize(7);
    assertThat(training.contents()).containsExactly(0, 1, 2, 3, 4);
    assertThat(training.reads()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(training.ends()).containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 7, 0, 7", // p = 0 is constant, from the first step on: 0⁰ = 1
    "0, 7, 255, 7",
    "1, 7, 0, 1",
    "1, 7, 128, 4", // half way: 1 + 6·½(1 - cos(π/2))
    "2, 5, 128, 1.585786437626905", // 1 + 4·½(1 - cos(π/4)) = 3 - √2
  })
  void guidanceFollowsThePowerCosine(double power, double scale, int step, double expected) {
    Guidance guidance = new Guidance(new Rar.CosinePower(power), scale);
    Plan plan = Plan.ones(256);
    assertThat(guidance.weight(plan.steps().get(step), plan)).isCloseTo(expected, within(1e-14));
  }

  @Test
  void theLastStepStaysBelowTheScale() {
    Guidance guidance = RAR.settings(RAR.published().get("B")).guidance();
    Plan plan = Plan.ones(256);
    assertThat(guidance.scale()).isEqualTo(16);
    assertThat(guidance.weight(plan.steps().getLast(), plan)).isBetween(15.9, 15.9999);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "200, 1", "225, 0.75", "250, 0.5", "300, 0", "400, 0"})
  void randomOrdersAnnealToRaster(double epoch, double expected) {
    assertThat(Rar.randomOrders(epoch)).isEqualTo(expected);
  }

  /** VARIANTS.md 6 has the parameters of one size, in millions. */
  @Test
  void theXlSizeHasItsPublishedParameters() {
    assertThat(Math.round(RAR.published().get("XL").parameterCount() / 1e6)).isEqualTo(955);
  }

  @Test
  void sizesAreReadBackFromTheirMetadata() {
    Rar.Sized xl = RAR.published().get("XL");
    assertThat(RAR.read(new Metadata("x", xl.metadata()))).isEqualTo(xl);
    assertThat(RAR.settings(xl).sampling().temperature()).isEqualTo(1.02);
  }

  @Test
  void anotherKindOfNormIsRefused() {
    Map<String, String> other = new HashMap<>(RAR.published().get("B").metadata());
    other.put("qk_norm", "rms");
    assertThatThrownBy(() -> RAR.read(new Metadata("x", other)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("qk_norm is rms, expected layernorm");
  }

  @Test
  void twoTokensAStepAreRefused() {
    DecodeSettings settings = RAR.settings(TINY).withSteps(3);
    assertThatThrownBy(() -> TINY.plan(settings, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("steps 3: RAR decodes one cell a step")
        .hasMessageContaining("P2")
        .hasMessageEndingWith("expected 6");
  }

  @Test
  void knownCellsAreRefused() {
    DecodeSettings settings = RAR.settings(TINY).withSteps(5);
    assertThatThrownBy(() -> TINY.plan(settings, 5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("known cells: RAR decodes one cell a step in raster order")
        .hasMessageContaining("P12");
  }
}
