package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import org.junit.jupiter.api.Test;

class HeadLengthsTest {
  @Test
  void eachHeadRepeatsItsLengthUpToAHundred() {
    WeightSource learned = new ArraySource("scale", Shape.of(1, 3, 1, 1), 0, 1, 7);
    HeadLengths lengths = new HeadLengths(learned, 2);
    double[] values = new double[5];
    try (WeightSource.Reader reader = lengths.open()) {
      reader.read(1, values, 0, 5);
    }
    assertThat(lengths.shape()).isEqualTo(Shape.of(1, 6));
    assertThat(values).containsExactly(new double[] {1, Math.E, Math.E, 100, 100}, within(1e-12));
  }
}
