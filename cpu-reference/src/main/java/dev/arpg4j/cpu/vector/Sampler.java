package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.Sampling;
import java.util.Arrays;

/**
 * Draws one id from one row of logits (VARIANTS.md 1.7): the exponentials are float, everything
 * that decides between ids adds up doubles in a fixed order.
 */
final class Sampler {
  private static final int RADIX_BITS = 8;
  private static final int RADIX = 1 << RADIX_BITS;

  private final BufferPool pool;
  private final Sampling sampling;
  private final float temperature;

  Sampler(BufferPool pool, Sampling sampling) {
    this.pool = pool;
    this.sampling = sampling;
    this.temperature = (float) Math.max(sampling.temperature(), Sampling.MIN_TEMPERATURE);
  }

  /**
   * The id drawn.
   *
   * @param max the row's largest logit, finite
   */
  int draw(float[] logits, int at, int width, float max, float uniform) {
    if (sampling.greedy()) {
      return first(logits, at, width, max);
    }
    float[] weights = pool.floats(width);
    weigh(logits, at, width, max, weights);
    double total = 0;
    for (int id = 0; id < width; id++) {
      total += weights[id];
    }
    if (sampling.topP() < 1) {
      total = keepNucleus(weights, width, sampling.topP() * total);
    }
    int id = invert(weights, width, uniform * total);
    pool.release(weights);
    return id;
  }

  private static int first(float[] logits, int at, int width, float value) {
    for (int id = 0; id < width; id++) {
      if (logits[at + id] == value) {
        return id;
      }
    }
    throw new IllegalStateException("the largest of " + width + " logits is none of them");
  }

  /** e^((logit − max) / temperature) of every id that top-k lets through, 0 for the others. */
  private void weigh(float[] logits, int at, int width, float max, float[] weights) {
    int topK = sampling.topK();
    if (topK > 0 && topK < width) {
      float least = kthLargest(logits, at, width, topK);
      for (int id = 0; id < width; id++) {
        float logit = logits[at + id];
        weights[id] = logit >= least ? logit - max : Float.NEGATIVE_INFINITY;
      }
    } else {
      Elementwise.add(logits, at, -max, weights, 0, width);
    }
    Elementwise.divide(weights, 0, temperature, width);
    Elementwise.exp(weights, 0, 0, weights, 0, width);
  }

  /** By narrowing down the bits of the answer, the highest first. */
  private float kthLargest(float[] logits, int at, int width, int k) {
    int[] counts = pool.ints(RADIX);
    int remaining = k;
    int prefix = 0;
    int known = 0; // mask of the bits of the answer that prefix holds
    for (int shift = Integer.SIZE - RADIX_BITS; shift >= 0; shift -= RADIX_BITS) {
      Arrays.fill(counts, 0, RADIX, 0);
      for (int id = 0; id < width; id++) {
        int key = ascending(logits[at + id]);
        if ((key & known) == prefix) {
          counts[key >>> shift & RADIX - 1]++;
        }
      }
      int digit = RADIX - 1;
      while (counts[digit] < remaining) {
        remaining -= counts[digit];
        digit--;
      }
      prefix |= digit << shift;
      known |= (RADIX - 1) << shift;
    }
    pool.release(counts);
    return Float.intBitsToFloat(prefix < 0 ? prefix & Integer.MAX_VALUE : ~prefix);
  }

  /** Bits whose unsigned order is the numbers' order. */
  private static int ascending(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
  }

  /**
   * Zeroes all weights but the largest (ties by id) whose running sum first exceeds {@code limit},
   * and gives the sum of those kept, in id order.
   */
  private double keepNucleus(float[] weights, int width, double limit) {
    int[] heap = pool.ints(width);
    int size = 0;
    for (int id = 0; id < width; id++) {
      if (weights[id] > 0) {
        heap[size++] = id;
      }
    }
    for (int parent = size / 2 - 1; parent >= 0; parent--) {
      sink(heap, size, parent, weights);
    }
    double running = 0;
    while (size > 0 && running <= limit) {
      running += weights[heap[0]];
      heap[0] = heap[--size];
      sink(heap, size, 0, weights);
    }
    for (int i = 0; i < size; i++) { // what the heap still holds did not get in
      weights[heap[i]] = 0;
    }
    pool.release(heap);
    double kept = 0;
    for (int id = 0; id < width; id++) {
      kept += weights[id];
    }
    return kept;
  }

  private static void sink(int[] heap, int size, int from, float[] weights) {
    int parent = from;
    int moving = size > from ? heap[from] : 0;
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && before(heap[child + 1], heap[child], weights)) {
        child++;
      }
      if (!before(heap[child], moving, weights)) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    if (parent < size) {
      heap[parent] = moving;
    }
  }

  private static boolean before(int a, int b, float[] weights) {
    return weights[a] > weights[b] || (weights[a] == weights[b] && a < b);
  }

  /** The first id whose cumulative weight exceeds {@code target}; a weight of 0 never is. */
  private static int invert(float[] weights, int width, double target) {
    double cumulative = 0;
    int last = 0;
    for (int id = 0; id < width; id++) {
      if (weights[id] > 0) {
        cumulative += weights[id];
        last = id;
        if (cumulative > target) {
          return id;
        }
      }
    }
    return last;
  }
}
