package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Feed.Read;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is NAR's own: its diagonals, and which rows of which head predict a cell. */
class NarTest {
  private static final Nar NAR = new Nar();

  @Test
  void stepsAreThoseOfTheDocument() {
    Nar.Sized large = NAR.published().get("L");
    DecodeSettings settings = NAR.settings(large);
    Layout layout = large.layout(settings, large.plan(settings, 256), 0);
    assertThat(layout.steps()).hasSize(31);
    assertThat(layout.rows()).isEqualTo(256); // the class and all cells but the last
    assertThat(Arrays.stream(large.sizes()).max()).hasValue(16);
  }

  @Test
  void diagonalsRunFromTheTopDown() {
    Nar.Sized oblong = sized(new TokenGrid(2, 4));
    assertThat(oblong.cells()).containsExactly(0, 1, 4, 2, 5, 3, 6, 7);
    assertThat(oblong.sizes()).containsExactly(1, 2, 2, 2, 1);
  }

  @Test
  void aCellIsTheMeanOfWhatItsNeighboursSay() {
    Nar.Sized square = sized(TokenGrid.square(3));
    DecodeSettings settings = NAR.settings(square);
    Layout layout = square.layout(settings, square.plan(settings, 9), 0);
    assertThat(layout.steps().get(0).readings(0)).containsExactly(new Read(0, 0), new Read(1, 0));
    Feed third = layout.steps().get(2); // feeds (0,1) and (1,0), predicts (0,2), (1,1), (2,0)
    assertThat(third.targets()).containsExactly(3, 4, 5);
    assertThat(third.readings(0)).containsOnly(new Read(0, 0)); // right of (0,1)
    assertThat(third.readings(1)).containsExactly(new Read(0, 1), new Read(1, 0));
    assertThat(third.readings(2)).containsOnly(new Read(1, 1)); // below (1,0)
    assertThat(third.reads()).containsExactly(0, 1, 3, 0, 2, 3);
  }

  /** All cells but the last column have one to the right, all but the last row one below. */
  @Test
  void headsAloneReadTheRowsThatPredict() {
    Nar.Sized square = sized(TokenGrid.square(3));
    assertThat(square.training().targets()).containsExactly(0, 1, 3, 2, 4, 6, 5, 7, 8);
    assertThat(square.heads().get("right").targets()).containsExactly(0, 1, 3, 4, 6, 7, 8);
    assertThat(square.heads().get("below").targets()).containsExactly(0, 2, 4, 6, 5, 7, 8);
  }

  private static Nar.Sized sized(TokenGrid grid) {
    return new Nar.Sized(new BackboneConfig(16, 2, 1, grid, 11, 3, 8, 10_000, 1e-5));
  }
}
