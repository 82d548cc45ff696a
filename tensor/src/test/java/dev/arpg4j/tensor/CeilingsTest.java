package dev.arpg4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CeilingsTest {
  private final Ceilings ceilings = new Ceilings(20e9, 200e9, "by hand");

  @Test
  void workTakesWhatItsBytesOrItsOperationsTakeWhicheverIsLonger() {
    assertThat(ceilings.seconds(40_000_000_000L, 1)).isCloseTo(2, within(1e-12));
    assertThat(ceilings.seconds(1, 600_000_000_000L)).isCloseTo(3, within(1e-12));
    assertThat(ceilings.ridge()).isCloseTo(10, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRateIsFiniteAndAboveZero(double rate) {
    assertThatThrownBy(() -> new Ceilings(rate, 1, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytesPerSecond " + rate);
    assertThatThrownBy(() -> new Ceilings(1, rate, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flopsPerSecond " + rate);
  }
}
