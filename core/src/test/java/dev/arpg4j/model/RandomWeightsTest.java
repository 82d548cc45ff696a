package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomWeightsTest {
  private static final ArpgConfig CONFIG = ArpgConfig.published(32, 4, 1, 1, 4, 50, 5);

  private static double[] read(long seed, String name, int from, int count) {
    double[] values = new double[count];
    WeightSource source = new RandomWeights(CONFIG, seed, 0.2).of(name);
    try (WeightSource.Reader reader = source.open()) {
      reader.read(from, values, 0, count);
    }
    return values;
  }

  @Test
  void aValueDependsOnSeedParameterAndElementAlone() {
    double[] whole = read(3, "head.weight", 0, 50 * 32);

    assertThat(read(3, "head.weight", 0, 50 * 32)).isEqualTo(whole);
    assertThat(read(3, "head.weight", 7, 90)).isEqualTo(Arrays.copyOfRange(whole, 7, 97));
    assertThat(read(4, "head.weight", 0, 50 * 32)).isNotEqualTo(whole);
    assertThat(read(3, "layers.to_k.weight", 0, 32)).isNotEqualTo(Arrays.copyOf(whole, 32));
  }

  @Test
  void floatsAndDoublesAreTheSameNumbers() {
    double[] doubles = read(3, "head.weight", 0, 64);
    float[] floats = new float[64];
    try (WeightSource.Reader reader = new RandomWeights(CONFIG, 3, 0.2).of("head.weight").open()) {
      reader.read(0, floats, 0, 64);
    }

    for (int i = 0; i < floats.length; i++) {
      assertThat((double) floats[i]).isEqualTo(doubles[i]);
    }
  }

  @Test
  void matricesSpreadAroundZeroAndScalesAroundOne() {
    double[] head = read(3, "head.weight", 0, 50 * 32);
    double deviation = Math.sqrt(Arrays.stream(head).map(x -> x * x).sum() / head.length);

    // 1600 values: five standard errors of the deviation of a uniform, 0.2 · sqrt(0.2 / 1600).
    assertThat(deviation).isCloseTo(0.2, within(5 * 0.2 * Math.sqrt(0.2 / head.length)));
    assertThat(Arrays.stream(read(3, "norm.weight", 0, 32))).allMatch(x -> x >= 0.5 && x < 1.5);
  }
}
