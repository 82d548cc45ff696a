package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Recycles the arrays behind tensors and most scratch space, so that a decoding step makes little
 * garbage and new arrays need not be zeroed. What the kernels pack is made anew by every call, the
 * tiles of a matrix product and of a convolution, and so are the sums of a group norm. Arrays come
 * in size classes, four to each power of two; a buffer is at most a quarter longer than asked for,
 * apart from the least size.
 *
 * <p>Contents are whatever the last user left. Safe for use from several threads.
 */
final class BufferPool {
  private static final int LEAST = 64;

  /** Elements of the longest array that every virtual machine makes. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final Map<Integer, ArrayDeque<float[]>> idleFloats = new HashMap<>();
  private final Map<Integer, ArrayDeque<int[]>> idleInts = new HashMap<>();
  private long lent;
  private long idle;

  /** At least {@code size} floats of unknown value. */
  synchronized float[] floats(long size) {
    int length = sizeClass(size);
    ArrayDeque<float[]> candidates = idleFloats.get(length);
    lent += length;
    if (candidates == null || candidates.isEmpty()) {
      return new float[length];
    }
    idle -= length;
    return candidates.pop();
  }

  /** At least {@code size} ints of unknown value. */
  synchronized int[] ints(long size) {
    int length = sizeClass(size);
    ArrayDeque<int[]> candidates = idleInts.get(length);
    lent += length;
    if (candidates == null || candidates.isEmpty()) {
      return new int[length];
    }
    idle -= length;
    return candidates.pop();
  }

  /** Takes back an array that {@link #floats} or {@link #ints} lent, exactly once. */
  synchronized void release(Object array) {
    int length;
    if (array instanceof float[] floats) {
      length = floats.length;
      idleFloats.computeIfAbsent(length, any -> new ArrayDeque<>()).push(floats);
    } else {
      int[] ints = (int[]) array;
      length = ints.length;
      idleInts.computeIfAbsent(length, any -> new ArrayDeque<>()).push(ints);
    }
    lent -= length;
    idle += length;
  }

  /** Lets the garbage collector have all idle arrays. */
  synchronized void clear() {
    idleFloats.clear();
    idleInts.clear();
    idle = 0;
  }

  /** Bytes in use now. */
  synchronized long lentBytes() {
    return lent * Float.BYTES;
  }

  /** Bytes kept for the next user. */
  synchronized long idleBytes() {
    return idle * Float.BYTES;
  }

  /**
   * The length of the array that serves {@code size} elements.
   *
   * @throws InvalidInputException if no array is that long
   */
  static int sizeClass(long size) {
    if (size <= LEAST) {
      return LEAST;
    }
    long quarter = Long.highestOneBit(size - 1) >>> 2;
    long length = Math.ceilDiv(size, quarter) * quarter;
    if (length > MOST) {
      throw new InvalidInputException(
          "a tensor of " + size + " elements: arrays hold at most " + MOST);
    }
    return (int) length;
  }

  @Override
  public synchronized String toString() {
    return "BufferPool[lent=%d, idle=%d, classes=%s]"
        .formatted(lentBytes(), idleBytes(), Arrays.toString(idleFloats.keySet().toArray()));
  }
}
