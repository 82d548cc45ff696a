package dev.arpg4j.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EditScoreTest {
  private static final Reading READING = new Reading(new double[4][1], new int[] {0, 1, 2, 2});

  @Test
  void countsWhatStillShowsItsClassAndMeansSteps() {
    EditScore score =
        EditScore.of(
            READING, new int[] {0, 1, 2, 3}, new double[] {1, 2, 3, 6}, new double[] {2, 2, 2, 2});
    assertThat(score.classShare()).isEqualTo(Estimate.share(3, 4));
    assertThat(score.seamStep().value()).isEqualTo(3);
    // The deviation of 1, 2, 3, 6 is the root of 14 / 3; rounding alone is left.
    double reach = StudentT.quantile(3) * Math.sqrt(14 / 3.0) / 2;
    assertThat(score.seamStep().low()).isCloseTo(3 - reach, within(1e-12));
    assertThat(score.seamStep().high()).isCloseTo(3 + reach, within(1e-12));
    assertThat(score.seamExcess().value()).isEqualTo(1);
    // Of pairs: that the real steps are all the same takes nothing from the spread.
    assertThat(score.seamExcess().low()).isCloseTo(1 - reach, within(1e-12));
  }

  @Test
  void ofOneValueTheIntervalIsEmpty() {
    assertThat(Estimate.mean(-2)).isEqualTo(new Estimate(-2, -2, -2));
  }

  @Test
  void refusesNumbersOfOtherImages() {
    assertThatThrownBy(() -> EditScore.of(READING, new int[4], new double[3], new double[4]))
        .hasMessage("4 images with 4 classes, 3 steps and 4 real ones");
  }
}
