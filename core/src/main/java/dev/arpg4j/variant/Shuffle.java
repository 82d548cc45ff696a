package dev.arpg4j.variant;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Random permutations that training draws. */
final class Shuffle {
  private Shuffle() {}

  /** The argsort of one uniform for each slot {@code 0 .. size-1}, ties by slot. */
  static int[] of(int size, long seed, int image, int draw, Purpose purpose) {
    float[] keys = new float[size];
    for (int slot = 0; slot < size; slot++) {
      keys[slot] = Philox.uniform(seed, image, slot, draw, purpose);
    }
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer slot) -> keys[slot]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
