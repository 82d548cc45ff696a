package dev.arpg4j.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against distances worked out by hand. */
@Tag("any-width")
class FrechetDistanceTest {
  /**
   * A few dozen roundings of numbers up to 30; where an eigenvalue is 0, its square root is right
   * to the root of a rounding, and those cases say so.
   */
  private static final double ROUNDING = 1e-12;

  private static final double ROOT_OF_ROUNDING = 1e-6;

  @Test
  void ofOneFeatureItIsTheDifferenceOfMeansAndOfDeviations() {
    // (3 - 1)² + (2 - 5)²
    Gaussian a = Gaussian.of(new double[] {1}, new double[][] {{4}});
    Gaussian b = Gaussian.of(new double[] {3}, new double[][] {{25}});
    assertThat(distance(a, b)).isCloseTo(13, within(ROUNDING));
  }

  @Test
  void ofIndependentFeaturesItIsTheSumOverThem() {
    Gaussian a = Gaussian.of(new double[] {0, 1}, new double[][] {{1, 0}, {0, 9}});
    Gaussian b = Gaussian.of(new double[] {2, 1}, new double[][] {{16, 0}, {0, 1}});
    assertThat(distance(a, b)).isCloseTo(4 + 9 + 4, within(ROUNDING));
  }

  /**
   * Covariances that do not commute. For 2x2 matrices {@code tr((AB)^½) = sqrt(tr(AB) + 2
   * sqrt(det(AB)))}: here tr(AB) = 2·1 + 1·0 + 1·0 + 2·4 = 10 and det(AB) = 3·4, so the distance is
   * 4 + 5 - 2 sqrt(10 + 2 sqrt(12)).
   */
  @Test
  void ofCovariancesThatDoNotCommute() {
    Gaussian a = Gaussian.of(new double[] {0, 0}, new double[][] {{2, 1}, {1, 2}});
    Gaussian b = Gaussian.of(new double[] {0, 0}, new double[][] {{1, 0}, {0, 4}});
    double byHand = 9 - 2 * Math.sqrt(10 + 2 * Math.sqrt(12));
    assertThat(distance(a, b)).isCloseTo(byHand, within(ROUNDING));
    assertThat(distance(b, a)).isCloseTo(byHand, within(ROUNDING));
  }

  /** All rows on a line: the covariance has rank one, and nothing may turn complex or negative. */
  @Test
  void ofSetsThatFillNoVolume() {
    double[][] line = {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}};
    double[][] across = {{0, 0, 0}, {1, -1, 0}, {2, -2, 0}};
    Gaussian a = Gaussian.fitted(line);
    Gaussian b = Gaussian.fitted(across);
    assertThat(distance(a, a)).isBetween(0.0, ROOT_OF_ROUNDING);
    // Means (1, 1, 1) and (1, -1, 0): 5. Orthogonal: no cross term, and traces 3 and 2.
    assertThat(distance(a, b)).isCloseTo(5 + 3 + 2, within(ROOT_OF_ROUNDING));
  }

  @Test
  void isZeroForEqualSetsAndTheSameBothWays() {
    double[][] one = normal(1, 300, 8, 1);
    double[][] other = normal(2, 300, 8, 1.5);
    Gaussian a = Gaussian.fitted(one);
    Gaussian b = Gaussian.fitted(other);
    assertThat(distance(a, a)).isBetween(0.0, ROUNDING * 10);
    assertThat(distance(a, b)).isPositive().isCloseTo(distance(b, a), within(ROUNDING * 10));
  }

  @Test
  void fitsMeanAndUnbiasedCovariance() {
    Gaussian fitted = Gaussian.fitted(new double[][] {{1, 2}, {3, 2}, {5, 8}});
    assertThat(fitted.mean()).containsExactly(3, 4);
    assertThat(fitted.covariance().getEntry(0, 0)).isEqualTo(4);
    assertThat(fitted.covariance().getEntry(0, 1)).isEqualTo(6);
    assertThat(fitted.covariance().getEntry(1, 0)).isEqualTo(6);
    assertThat(fitted.covariance().getEntry(1, 1)).isEqualTo(12);
  }

  @Test
  void aRowTakenTwiceCountsTwice() {
    double[][] rows = normal(3, 5, 3, 1);
    double[][] written = {rows[0], rows[0], rows[2], rows[4], rows[4]};
    Gaussian resampled = Gaussian.fitted(rows, new int[] {2, 0, 1, 0, 2});
    assertThat(distance(Gaussian.fitted(written), resampled)).isBetween(0.0, ROOT_OF_ROUNDING);
  }

  /** The bias that docs/judging.md speaks of: of one distribution, and yet no distance of zero. */
  @Test
  void fewSamplesLieFurtherAway() {
    Gaussian reference = Gaussian.fitted(normal(4, 4000, 8, 1));
    double few = distance(reference, Gaussian.fitted(normal(5, 40, 8, 1)));
    double more = distance(reference, Gaussian.fitted(normal(5, 400, 8, 1)));
    double many = distance(reference, Gaussian.fitted(normal(5, 4000, 8, 1)));
    assertThat(few).isGreaterThan(3 * more);
    assertThat(more).isGreaterThan(3 * many);
    assertThat(many).isPositive();
  }

  @Test
  void refusesWhatHasNoDistance() {
    Gaussian two = Gaussian.fitted(normal(6, 5, 2, 1));
    Gaussian three = Gaussian.fitted(normal(6, 5, 3, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> distance(two, three))
        .withMessage("3 features; expected the reference's 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gaussian.fitted(normal(6, 1, 2, 1)))
        .withMessageContaining("expected 2 or more");
  }

  private static double distance(Gaussian reference, Gaussian sample) {
    return new FrechetDistance(reference).of(sample);
  }

  /** Independent normal numbers, by Box and Muller. */
  static double[][] normal(int seed, int rows, int width, double deviation) {
    double[][] values = new double[rows][width];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, r, i, 0)));
        values[r][i] = deviation * radius * Math.cos(2 * Math.PI * uniform(seed, r, i, 1));
      }
    }
    return values;
  }

  private static double uniform(int seed, int row, int column, int draw) {
    return Philox.uniform(seed, row, column, draw, Purpose.CASES);
  }
}
