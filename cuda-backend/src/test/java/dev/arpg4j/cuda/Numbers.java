package dev.arpg4j.cuda;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/** Inputs for tests. */
final class Numbers {
  private Numbers() {}

  /** {@code count} floats of [-scale, scale), the same for the same seed. */
  static double[] symmetric(int seed, int count, double scale) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * Philox.uniform(seed, 0, i, 0, Purpose.CASES) - 1) * scale);
    }
    return values;
  }
}
