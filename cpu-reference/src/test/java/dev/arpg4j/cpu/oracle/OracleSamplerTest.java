package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The filters of VARIANTS.md 1.7 and the inverse distribution, on cases worked out by hand. */
class OracleSamplerTest {
  /** Probabilities 1/8, 1/2, 1/4, 1/8: cumulative 0.125, 0.625, 0.875, 1. */
  private static final double[] EIGHTHS = {
    Math.log(0.125), Math.log(0.5), Math.log(0.25), Math.log(0.125)
  };

  private static final double LAST = 1 - 0x1p-24;

  private final OracleBackend oracle = new OracleBackend();

  private int draw(double[] logits, double uniform, Sampling sampling) {
    try (Scope scope = oracle.scope()) {
      Tensor row = oracle.tensor(Shape.of(1, logits.length), logits);
      return oracle.sample(row, oracle.tensor(Shape.of(1), uniform), sampling).toInts()[0];
    }
  }

  private int[] draws(Sampling sampling, double... uniforms) {
    return Arrays.stream(uniforms).mapToInt(u -> draw(EIGHTHS, u, sampling)).toArray();
  }

  @Test
  void theFirstIdWhoseCumulativeProbabilityExceedsTheNumber() {
    assertThat(draws(Sampling.PLAIN, 0, 0.12, 0.13, 0.62, 0.63, 0.87, 0.88, LAST))
        .containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    // Equal logits make exact quarters: at 0.25 the first no longer exceeds the number.
    double[] equal = {7, 7, 7, 7};
    assertThat(draw(equal, 0.25, Sampling.PLAIN)).isEqualTo(1);
    assertThat(draw(equal, 0.25 - 0x1p-24, Sampling.PLAIN)).isZero();
  }

  @Test
  void temperatureDividesTheLogits() {
    // At 1/2 the probabilities are squared: 1, 16, 4, 1 of 22.
    Sampling half = new Sampling(0.5, 0, 1);
    assertThat(draws(half, 0.9 / 22, 1.1 / 22, 16.9 / 22, 17.1 / 22, 20.9 / 22, 21.1 / 22))
        .containsExactly(0, 1, 1, 2, 2, 3);
    assertThat(draws(new Sampling(1e-9, 0, 1), 0.001, 0.5, LAST)).containsExactly(1, 1, 1);
  }

  @Test
  void temperaturesBelowTheLeastActAsTheLeast() {
    // 1e-5 apart: at the least temperature e to 1, far below it everything would be the first.
    double[] close = {1e-5, 0};
    double other = 1 / (1 + Math.E);
    assertThat(draw(close, 1 - other - 1e-6, new Sampling(1e-12, 0, 1))).isZero();
    assertThat(draw(close, 1 - other + 1e-6, new Sampling(1e-12, 0, 1))).isEqualTo(1);
  }

  @Test
  void greedyTakesTheLowestOfTheLargest() {
    assertThat(draw(new double[] {1, 3, 3, 2}, LAST, Sampling.GREEDY)).isEqualTo(1);
    assertThat(draw(new double[] {Double.NEGATIVE_INFINITY, -5}, 0, Sampling.GREEDY)).isEqualTo(1);
  }

  @Test
  void topKKeepsTiesAtTheKth() {
    assertThat(draws(new Sampling(1, 1, 1), 0, 0.5, LAST)).containsExactly(1, 1, 1);
    // 1/2 and 1/4 become 2/3 and 1/3
    assertThat(draws(new Sampling(1, 2, 1), 0, 0.66, 0.67, LAST)).containsExactly(1, 1, 2, 2);
    // the third largest is tied: both eighths stay
    assertThat(draws(new Sampling(1, 3, 1), 0, LAST)).containsExactly(0, 3);
    assertThat(draws(new Sampling(1, 99, 1), 0, LAST)).containsExactly(0, 3);
  }

  @Test
  void topPKeepsTheEntryThatCrosses() {
    // 0.5 does not exceed 0.6, so 1/4 is kept too and crosses
    assertThat(draws(new Sampling(1, 0, 0.6), 0, 0.66, 0.67, LAST)).containsExactly(1, 1, 2, 2);
    assertThat(draws(new Sampling(1, 0, 0.4), 0, LAST)).containsExactly(1, 1);
    assertThat(draws(new Sampling(1, 0, 1e-9), 0, LAST)).containsExactly(1, 1);
    // 0.75 does not exceed 0.8: of the tied eighths the lower id is next, and crosses
    assertThat(draws(new Sampling(1, 0, 0.8), 0, 0.14, 0.15, LAST)).containsExactly(0, 0, 1, 2);
    assertThat(draws(new Sampling(1, 0, 0.9), 0, LAST)).containsExactly(0, 3);
  }

  @Test
  void topPGoesOnWhereTheSumIsExactlyTheLimit() {
    // quarters: the first two sum to 0.5, which does not exceed 0.5, so the third is kept
    assertThat(draw(new double[] {7, 7, 7, 7}, LAST, new Sampling(1, 0, 0.5))).isEqualTo(2);
  }

  @Test
  void topPCountsWhatTopKLeaves() {
    // 2/3 exceeds 0.6 after top-2; before it 1/2 would not
    assertThat(draws(new Sampling(1, 2, 0.6), 0, LAST)).containsExactly(1, 1);
    assertThat(draws(new Sampling(1, 2, 0.7), 0, LAST)).containsExactly(1, 2);
  }

  @Test
  void aFilteredIdNeverComesOutAtTheEndsOfTheInterval() {
    double[] logits = {-9, 0, 0, 0, 0, 0, 0, 0, -9};
    Sampling seven = new Sampling(1, 7, 1);
    assertThat(draw(logits, 0, seven)).isEqualTo(1);
    assertThat(draw(logits, LAST, seven)).isEqualTo(7);
    // even for a number that is no uniform: 1/7 seven times may end below it
    assertThat(OracleSampler.invert(new double[] {0, 0.3, 0.3, 0}, 0.99)).isEqualTo(2);
    double[] masked = {Double.NEGATIVE_INFINITY, 1, Double.NEGATIVE_INFINITY};
    assertThat(draw(masked, 0, Sampling.PLAIN)).isEqualTo(1);
    assertThat(draw(masked, LAST, Sampling.PLAIN)).isEqualTo(1);
  }

  @Test
  void aRowWithoutDistributionIsAnErrorThatNamesIt() {
    double[] two = {0, 1, Double.NaN, 1};
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> drawTwoRows(two, Sampling.PLAIN))
        .withMessage("sample: row 1 has NaN at id 0");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> drawTwoRows(two, Sampling.GREEDY))
        .withMessage("sample: row 1 has NaN at id 0");
    double[] infinite = {Double.POSITIVE_INFINITY, 1, 0, 1};
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> drawTwoRows(infinite, Sampling.PLAIN))
        .withMessage("sample: row 0 has Infinity at id 0");
    double none = Double.NEGATIVE_INFINITY;
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> drawTwoRows(new double[] {none, none, 0, 1}, Sampling.PLAIN))
        .withMessage("sample: row 0 has no finite logit");
  }

  private void drawTwoRows(double[] logits, Sampling sampling) {
    try (Scope scope = oracle.scope()) {
      Tensor rows = oracle.tensor(Shape.of(2, 2), logits);
      oracle.sample(rows, oracle.tensor(Shape.of(2), 0.5, 0.5), sampling);
    }
  }

  /**
   * Pearson's statistic of 20,000 draws over seven ids has six degrees of freedom; it exceeds 22.46
   * with probability 0.001. The seed is fixed, so this fails always or never.
   */
  @Test
  void drawsFollowTheDistribution() {
    double[] weights = {1, 2, 3, 4, 5, 6, 7};
    int count = 20_000;
    int[] hits = new int[weights.length];
    try (Scope scope = oracle.scope()) {
      double[] logits = new double[count * weights.length];
      int[] slots = new int[count];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = Math.log(weights[i % weights.length]);
      }
      Arrays.setAll(slots, i -> i);
      Tensor uniform =
          oracle.uniform(
              oracle.ints(Shape.of(2), 42, 0),
              oracle.ints(Shape.of(1), 0),
              oracle.ints(Shape.of(count), slots),
              oracle.ints(Shape.of(1), 0),
              Purpose.SAMPLE);
      Tensor rows = oracle.tensor(Shape.of(1, count, weights.length), logits);
      for (int id : oracle.sample(rows, uniform, Sampling.PLAIN).toInts()) {
        hits[id]++;
      }
    }
    double statistic = 0;
    for (int id = 0; id < weights.length; id++) {
      double expected = count * weights[id] / 28;
      statistic += (hits[id] - expected) * (hits[id] - expected) / expected;
    }
    assertThat(statistic).isLessThan(22.46);
  }
}
