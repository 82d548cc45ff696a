package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  /** A few roundings of numbers below 1. */
  private static final double ROUNDING = 1e-15;

  @Test
  void risesAndFallsAsCountedByHand() {
    LearningRate rate = new LearningRate(0.8, 4, 0.25);
    int steps = 12;
    assertThat(rate.at(0, steps)).isEqualTo(0.2, within(ROUNDING));
    assertThat(rate.at(3, steps)).isEqualTo(0.8, within(ROUNDING));
    // cos 0 = 1, so the peak again; cos(π/4) = √½ after 2 of 8; cos(π/2) = 0 after 4 of 8.
    assertThat(rate.at(4, steps)).isEqualTo(0.8, within(ROUNDING));
    assertThat(rate.at(6, steps))
        .isEqualTo(0.8 * (0.25 + 0.375 * (1 + Math.sqrt(0.5))), within(ROUNDING));
    assertThat(rate.at(8, steps)).isEqualTo(0.8 * 0.625, within(ROUNDING));
    assertThat(rate.at(12, steps)).isEqualTo(0.2, within(ROUNDING));
  }

  @Test
  void mayBeginAtItsPeak() {
    assertThat(new LearningRate(0.5, 0, 0).at(0, 10)).isEqualTo(0.5);
  }

  @Test
  void staysFiniteWhereTheRiseIsTheWholeRun() {
    LearningRate rate = new LearningRate(1, 5, 0);
    assertThat(rate.at(4, 5)).isEqualTo(1);
    assertThat(rate.at(5, 5)).isEqualTo(1);
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertRefused(() -> new LearningRate(0, 1, 0), "learning_rate 0.0: expected a number above 0");
    assertRefused(
        () -> new LearningRate(Double.NaN, 1, 0), "learning_rate NaN: expected a number above 0");
    assertRefused(() -> new LearningRate(1, -1, 0), "warm_up -1: expected 0 or more steps");
    assertRefused(() -> new LearningRate(1, 0, 1.5), "rate_floor 1.5: expected 0 .. 1");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable made, String message) {
    assertThatThrownBy(made).isInstanceOf(InvalidInputException.class).hasMessage(message);
  }
}
