package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is PAR's own: its regions, its steps and its special rows. */
class ParTest {
  private static final Par PAR = new Par();

  @ParameterizedTest
  @CsvSource({"16, 4, 67", "24, 4, 147", "24, 16, 51"})
  void stepsAreThoseOfTheDocument(int side, int regions, int steps) {
    Par.Sized sized = sized(TokenGrid.square(side), regions);
    DecodeSettings settings = PAR.settings(sized);
    Plan plan = sized.plan(settings, side * side);
    assertThat(plan.steps()).hasSize(steps).hasSize(settings.steps());
    assertThat(plan.cells()).isEqualTo(side * side);
  }

  /** reshape [G/m, G/m, m, m], transpose (2, 0, 3, 1), VARIANTS.md 4.6, undoes the order. */
  @ParameterizedTest
  @ValueSource(ints = {4, 16})
  void theOrderIsTheInverseOfTheReleasedReshape(int regions) {
    int side = 8;
    int across = (int) Math.sqrt(regions);
    int inside = side / across;
    int[] expected = new int[side * side];
    int place = 0;
    for (int row = 0; row < inside; row++) {
      for (int column = 0; column < inside; column++) {
        for (int down = 0; down < across; down++) {
          for (int right = 0; right < across; right++) {
            expected[place++] = (down * inside + row) * side + right * inside + column;
          }
        }
      }
    }
    assertThat(sized(TokenGrid.square(side), regions).cells()).containsExactly(expected);
  }

  /** Cells of a grid that is not square, each once, the first of every region first. */
  @Test
  void regionsMayBeOblong() {
    int[] cells = sized(new TokenGrid(4, 6), 4).cells();
    assertThat(cells).startsWith(0, 3, 12, 15, 1, 4, 13, 16).endsWith(8, 11, 20, 23);
    assertThat(Arrays.stream(cells).distinct().count()).isEqualTo(24);
  }

  @Test
  void specialRowsStandBesideTheLastSingleToken() {
    Par.Sized sized = sized(TokenGrid.square(16), 4);
    DecodeSettings settings = PAR.settings(sized);
    Layout layout = sized.layout(settings, sized.plan(settings, 256), 0);
    Feed first = layout.steps().get(4);
    assertThat(first.contents()).containsExactly(3);
    assertThat(first.places(Role.SPECIAL)).containsExactly(0, 1, 2);
    assertThat(first.targets()).containsExactly(4, 5, 6, 7);
    assertThat(first.reads()).containsExactly(0, 1, 2, 3);
    assertThat(first.ends()).containsOnly(8);
    assertThat(layout.rows()).isEqualTo(256);
    assertThat(layout.capacity()).isEqualTo(256);
    assertThat(layout.steps().stream().filter(feed -> feed.rowsOf(Role.SPECIAL).length > 0))
        .hasSize(1);
  }

  @Test
  void trainingFeedsRowsThatPredictNothing() {
    Feed training = sized(TokenGrid.square(4), 4).training();
    assertThat(training.rows()).hasSize(16 + 3);
    assertThat(training.targets()).hasSize(16);
    assertThat(training.ends())
        .containsExactly(1, 2, 3, 4, 8, 8, 8, 8, 12, 12, 12, 12, 16, 16, 16, 16, 19, 19, 19);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 9, 64})
  void regionsThatDoNotCutTheGridAreRefused(int regions) {
    assertThatThrownBy(() -> sized(TokenGrid.square(8), regions))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("regions " + regions + ": expected a square of 4 or more");
  }

  @Test
  void otherStepsAreRefusedByTheProperty() {
    Par.Sized sized = sized(TokenGrid.square(4), 4);
    DecodeSettings settings = PAR.settings(sized);
    assertThatThrownBy(() -> sized.plan(settings.withSteps(8), 16))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("steps 8: PAR decodes a cell of each of its 4 regions")
        .hasMessageContaining("P5")
        .hasMessageEndingWith("expected 7");
    assertThatThrownBy(() -> sized.layout(settings, Plan.ones(16), 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("P5");
    assertThatThrownBy(() -> sized.plan(settings, 12))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("known cells: PAR decodes")
        .hasMessageContaining("P12");
    assertThatThrownBy(() -> sized.layout(settings, Plan.ofSizes(sized.sizes()), 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("P12");
  }

  @Test
  void filesTellTheirRegions() {
    Par.Sized sized = sized(TokenGrid.square(8), 16);
    assertThat(PAR.read(new Metadata("file", sized.metadata()))).isEqualTo(sized);
    assertThat(PAR.published()).containsKeys("L", "XXL-16x");
    assertThat(PAR.published().get("L").regions()).isEqualTo(4);
  }

  private static Par.Sized sized(TokenGrid grid, int regions) {
    return new Par.Sized(new BackboneConfig(16, 2, 1, grid, 11, 3, 8, 10_000, 1e-5), regions);
  }
}
