package dev.arpg4j.cpu;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/** Numbers of [-1, 1) that programs under test begin with, the same in every run. */
final class Numbers {
  private Numbers() {}

  static double[] of(String name, int count) {
    return of(name.hashCode(), count);
  }

  static double[] of(long key, int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * Philox.uniform(key, 0, i, 0, Purpose.CASES) - 1;
    }
    return numbers;
  }
}
