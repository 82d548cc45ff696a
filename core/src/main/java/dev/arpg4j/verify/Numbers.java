package dev.arpg4j.verify;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The numbers a case is drawn from: one Philox stream a seed and topic, read in order. */
public final class Numbers {
  private final long seed;
  private final int topic;
  private int drawn;

  /**
   * A stream.
   *
   * @param topic what it is for, so that one topic's numbers do not move another's
   */
  public Numbers(long seed, int topic) {
    this.seed = seed;
    this.topic = topic;
  }

  /** In [0, 1). */
  public double uniform() {
    return Philox.uniform(seed, topic, drawn++, 0, Purpose.CASES);
  }

  /** In {@code low .. high}. */
  public int between(int low, int high) {
    return low + (int) (uniform() * (high - low + 1));
  }

  public boolean chance(double probability) {
    return uniform() < probability;
  }

  public int pick(int... values) {
    return values[between(0, values.length - 1)];
  }

  @SafeVarargs
  public final <T> T oneOf(T... values) {
    return values[between(0, values.length - 1)];
  }

  /** A random order of the given values. */
  public int[] shuffled(int... values) {
    int[] order = values.clone();
    for (int i = order.length - 1; i > 0; i--) {
      int j = between(0, i);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  /** A random order of 0 .. n-1. */
  public int[] permutation(int n) {
    return shuffled(IntStream.range(0, n).toArray());
  }

  /** Positive sizes that add up to {@code total}, none above {@code largest}. */
  public int[] partition(int total, int largest) {
    List<Integer> sizes = new ArrayList<>();
    for (int left = total; left > 0; ) {
      int size = between(1, Math.min(left, largest));
      sizes.add(size);
      left -= size;
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }
}
