package dev.arpg4j.decode;

/**
 * Which content rows a content row sees in pass 1. Every mask of the family is a prefix
 * (VARIANTS.md 0), so a mask is a function from a row's place to the end of what it sees.
 */
@FunctionalInterface
public interface Visibility {
  /**
   * How many rows of the cache row {@code i} sees, counted from the first.
   *
   * @param cached rows held before these were added
   * @param i the row's place among those added together, from 0
   * @param added how many were added together
   * @return 1 .. cached + added
   */
  int visibleEnd(int cached, int i, int added);

  /** The ends of all rows added together. */
  default int[] visibleEnds(int cached, int added) {
    int[] ends = new int[added];
    for (int i = 0; i < added; i++) {
      ends[i] = visibleEnd(cached, i, added);
    }
    return ends;
  }
}
