package dev.arpg4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChannelsLastTest {
  /** [2, 3, 1, 2]: value 100 o + 10 c + v. */
  private static final WeightSource PUBLISHED =
      new ArraySource(
          "conv.weight", Shape.of(2, 3, 1, 2), 0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121);

  private static final double[] EXPECTED = {0, 10, 20, 1, 11, 21, 100, 110, 120, 101, 111, 121};

  private final ChannelsLast kernel = new ChannelsLast(PUBLISHED);

  @Test
  void keepsTheNameAndMovesTheChannels() {
    assertThat(kernel.name()).isEqualTo("conv.weight");
    assertThat(kernel.shape()).isEqualTo(Shape.of(2, 1, 2, 3));
  }

  @Test
  void givesEveryRunInItsOrder() {
    try (WeightSource.Reader reader = kernel.open()) {
      for (int from = EXPECTED.length - 1; from >= 0; from--) {
        for (int to = from; to <= EXPECTED.length; to++) {
          double[] doubles = new double[EXPECTED.length + 1];
          float[] floats = new float[EXPECTED.length + 1];
          reader.read(from, doubles, 1, to - from);
          reader.read(from, floats, 1, to - from);
          for (int i = 0; i < EXPECTED.length; i++) {
            double expected = i < to - from ? EXPECTED[from + i] : 0;
            assertThat(doubles[1 + i]).as("%d of %d..%d", i, from, to).isEqualTo(expected);
            assertThat(floats[1 + i]).as("%d of %d..%d", i, from, to).isEqualTo((float) expected);
          }
        }
      }
    }
  }
}
