package dev.arpg4j.cpu.vector;

/**
 * Which places of an axis make up each place of another length, and by what weights: place {@code
 * i} is made of the taps {@code starts[i] .. starts[i + 1] - 1}.
 */
record Taps(int[] starts, int[] places, double[] weights) {
  /** Of the cubic convolution (Keys, "Cubic convolution interpolation", 1981). */
  private static final double A = -0.75;

  /** The mean over places {@code ⌊i·from / to⌋ .. ⌈(i+1)·from / to⌉ - 1}. */
  static Taps area(int from, int to) {
    int[] starts = new int[to + 1];
    for (int i = 0; i < to; i++) {
      starts[i + 1] = starts[i] + end(i, from, to) - first(i, from, to);
    }
    Taps taps = new Taps(starts, new int[starts[to]], new double[starts[to]]);
    for (int i = 0; i < to; i++) {
      int count = starts[i + 1] - starts[i];
      for (int tap = 0; tap < count; tap++) {
        taps.set(starts[i] + tap, first(i, from, to) + tap, 1.0 / count);
      }
    }
    return taps;
  }

  private static int first(int i, int from, int to) {
    return (int) ((long) i * from / to);
  }

  private static int end(int i, int from, int to) {
    return (int) Math.ceilDiv((i + 1L) * from, (long) to);
  }

  /**
   * The four places around {@code (i + ½)·from / to − ½}, those outside moved to the edge, by the
   * values of the cubic at their distances.
   */
  static Taps cubic(int from, int to) {
    Taps taps = new Taps(new int[to + 1], new int[4 * to], new double[4 * to]);
    for (int i = 0; i < to; i++) {
      taps.starts[i + 1] = 4 * (i + 1);
      double at = (i + 0.5) * from / to - 0.5;
      int before = (int) Math.floor(at);
      double t = at - before;
      double u = 1 - t;
      double[] weights = {far(1 + t), near(t), near(u), far(1 + u)};
      for (int tap = 0; tap < 4; tap++) {
        int place = Math.clamp(before - 1L + tap, 0, from - 1);
        taps.set(4 * i + tap, place, weights[tap]);
      }
    }
    return taps;
  }

  /** The cubic up to a distance of 1. */
  private static double near(double d) {
    return ((A + 2) * d - (A + 3)) * d * d + 1;
  }

  /** The cubic at a distance of 1 to 2. */
  private static double far(double d) {
    return A * (((d - 5) * d + 8) * d - 4);
  }

  private void set(int tap, int place, double weight) {
    places[tap] = place;
    weights[tap] = weight;
  }
}
