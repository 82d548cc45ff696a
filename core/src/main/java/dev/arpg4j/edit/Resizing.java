package dev.arpg4j.edit;

/**
 * A side of a picture in another number of pixels, each the mean of those that it covers, by the
 * share of each that it covers.
 */
record Resizing(int from, int to) {
  /** The first pixel that has part in pixel {@code i}. */
  int first(int i) {
    return (int) ((long) i * from / to);
  }

  /** The first pixel after those. */
  int end(int i) {
    return (int) Math.ceilDiv((i + 1L) * from, (long) to);
  }

  /** How much of pixel {@code i} comes from pixel {@code j}, times {@code from}; exact. */
  long weight(int i, int j) {
    long begin = Math.max((long) i * from, (long) j * to);
    long end = Math.min((i + 1L) * from, (j + 1L) * to);
    return end - begin;
  }
}
