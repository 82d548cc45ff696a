package dev.arpg4j.cuda.memory;

/**
 * The sizes that pooled blocks have. Up to {@link #LARGE} bytes there are eight to each power of
 * two; beyond it every multiple of {@link #PAGE}, the unit in which a device maps its memory.
 * Either way a block is at most an eighth longer than asked for, apart from the least size.
 */
final class SizeClass {
  /** The least size: what a device's allocator rounds up to anyway. */
  static final long LEAST = 512;

  /** Sizes beyond this are multiples of {@link #PAGE}. */
  static final long LARGE = 16L << 20;

  /** The unit in which a device maps memory. */
  static final long PAGE = 2L << 20;

  private static final int STEPS_LOG2 = 3;

  private SizeClass() {}

  /** The size of the block that serves {@code bytes}. */
  static long of(long bytes) {
    if (bytes <= LEAST) {
      return LEAST;
    }
    if (bytes > LARGE) {
      return Math.multiplyExact(Math.ceilDiv(bytes, PAGE), PAGE);
    }
    int shift = shift(bytes);
    return (((bytes - 1) >>> shift) + 1) << shift;
  }

  /** A dense number of the size {@code of(bytes)}. */
  static int index(long bytes) {
    if (bytes <= LEAST) {
      return 0;
    }
    if (bytes > LARGE) {
      return Math.toIntExact(firstLarge() + Math.ceilDiv(bytes - LARGE, PAGE) - 1);
    }
    int shift = shift(bytes);
    int eighth = (int) ((bytes - 1) >>> shift) - (1 << STEPS_LOG2);
    return 1 + ((shift - shift(LEAST + 1)) << STEPS_LOG2) + eighth;
  }

  private static long firstLarge() {
    return index(LARGE) + 1L;
  }

  /** The logarithm of the distance between sizes around {@code bytes}. */
  private static int shift(long bytes) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes - 1) - STEPS_LOG2;
  }
}
