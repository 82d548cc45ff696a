package dev.arpg4j.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-width")
class ScoresTest {
  /** Textbook numbers are given to four digits. */
  private static final double PRINTED = 1e-4;

  @Test
  void countsWhatShowsTheClassAskedFor() {
    double[][] features = FrechetDistanceTest.normal(1, 6, 2, 1);
    Judge judge = new Judge(Gaussian.fitted(features), 3, 0);
    Score score =
        judge.score(
            new Reading(features, new int[] {0, 1, 1, 1, 2, 0}), new int[] {0, 0, 1, 1, 2, 2});
    assertThat(score.asked()).containsExactly(2, 2, 2);
    assertThat(score.hits()).containsExactly(1, 2, 1);
    assertThat(score.images()).isEqualTo(6);
    assertThat(score.classShare()).isCloseTo(4 / 6.0, within(1e-15));
    assertThat(score.distance()).isBetween(0.0, 1e-12);
  }

  /**
   * The standard error is how far distances of fresh sets scatter. That of 40 fresh sets is itself
   * uncertain by 1/sqrt(78) = 11 %, and a resampled set is more uneven than a fresh one: half and
   * double leave room for both.
   */
  @Test
  void resamplingKnowsHowFarFreshSetsScatter() {
    double[][] real = FrechetDistanceTest.normal(100, 3000, 4, 1);
    Judge judge = new Judge(Gaussian.fitted(real), 1, 0);
    double[] distances = new double[40];
    double[] errors = new double[distances.length];
    for (int i = 0; i < distances.length; i++) {
      double[][] sample = FrechetDistanceTest.normal(200 + i, 200, 4, 1.4);
      Score score = judge.score(new Reading(sample, new int[200]), new int[200]);
      distances[i] = score.distance();
      errors[i] = score.distanceError();
    }
    assertThat(Spread.of(errors).mean() / Spread.of(distances).deviation()).isBetween(0.5, 2.0);
  }

  @Test
  void resamplingIsTheSameEveryTimeAndOfItsSeed() {
    double[][] features = FrechetDistanceTest.normal(1, 50, 3, 1);
    Reading reading = new Reading(FrechetDistanceTest.normal(2, 50, 3, 1), new int[50]);
    double error =
        new Judge(Gaussian.fitted(features), 1, 7).score(reading, new int[50]).distanceError();
    assertThat(
            new Judge(Gaussian.fitted(features), 1, 7).score(reading, new int[50]).distanceError())
        .isEqualTo(error);
    assertThat(
            new Judge(Gaussian.fitted(features), 1, 8).score(reading, new int[50]).distanceError())
        .isNotEqualTo(error);
  }

  /** Mean 2, deviation 1, so the interval is 2 ± 4.3027 / sqrt(3). */
  @Test
  void seedsGiveStudentsInterval() {
    Estimate bySeeds = scores(1, 2, 3).distanceBySeeds();
    assertThat(bySeeds.value()).isEqualTo(2);
    assertThat(bySeeds.high()).isCloseTo(2 + 4.3027 / Math.sqrt(3), within(PRINTED));
    assertThat(bySeeds.low()).as("a distance is not negative").isZero();
  }

  /** The errors 0.3 of three seeds: 0.3 / sqrt(3) of their mean. */
  @Test
  void imagesGiveTheIntervalOfTheMean() {
    Estimate byImages = scores(1, 2, 3).distanceByImages();
    assertThat(byImages.value()).isEqualTo(2);
    assertThat(byImages.low()).isCloseTo(2 - 1.96 * 0.3 / Math.sqrt(3), within(PRINTED));
  }

  /** Wilson's interval of 8 of 10 is 0.4902 .. 0.9433 in textbooks. */
  @Test
  void sharesHaveWilsonsInterval() {
    Estimate eight = Estimate.share(8, 10);
    assertThat(eight.low()).isCloseTo(0.4902, within(PRINTED));
    assertThat(eight.high()).isCloseTo(0.9433, within(PRINTED));
    assertThat(Estimate.share(20, 20).high()).isEqualTo(1);
    assertThat(Estimate.share(20, 20).low()).isBetween(0.8, 0.9);
    assertThat(Estimate.share(0, 20).low()).isEqualTo(0);
    Scores scores = scores(1, 2);
    assertThat(scores.shareByImages()).isEqualTo(Estimate.share(14, 20));
    assertThat(scores.shareOf(1)).isEqualTo(Estimate.share(4, 10));
    assertThat(scores.shareBySeeds()).isEqualTo(new Estimate(0.7, 0.7, 0.7));
    assertThat(scores.asked(1)).isTrue();
    assertThat(scores.asked(2)).isFalse();
  }

  @Test
  void oneSeedSaysNothingOfOthers() {
    assertThatIllegalStateException().isThrownBy(() -> scores(1).distanceBySeeds());
  }

  /** Beyond the table: 2.2010, 2.0423, 1.9840 for 11, 30 and 100 degrees of freedom. */
  @Test
  void knowsStudentsQuantiles() {
    assertThat(StudentT.quantile(1)).isEqualTo(12.7062);
    assertThat(StudentT.quantile(10)).isEqualTo(2.2281);
    assertThat(StudentT.quantile(11)).isCloseTo(2.2010, within(2 * PRINTED));
    assertThat(StudentT.quantile(30)).isCloseTo(2.0423, within(PRINTED));
    assertThat(StudentT.quantile(100)).isCloseTo(1.9840, within(PRINTED));
  }

  private static Scores scores(double... distances) {
    return new Scores(
        Arrays.stream(distances)
            .mapToObj(d -> new Score(d, 0.3, new int[] {5, 5, 0}, new int[] {5, 2, 0}))
            .toList());
  }
}
