package dev.arpg4j.jmh.kernels;

/** Which of many rows the oracle computes too: the first, the last, and some spread between. */
final class Picks {
  private Picks() {}

  /**
   * At most {@code most} of {@code 0 .. count-1}, ascending.
   *
   * @param most at least 2
   */
  static int[] of(int count, int most) {
    if (count <= most) {
      most = count;
    }
    int[] picks = new int[most];
    for (int i = 1; i < most; i++) {
      picks[i] = (int) ((long) i * (count - 1) / (most - 1));
    }
    return picks;
  }
}
