package dev.arpg4j.tensor;

/**
 * What a device does at best, measured on the device itself: the two lines of a roofline (Williams,
 * Waterman, Patterson: "Roofline", CACM 2009).
 *
 * @param bytesPerSecond read from memory that no cache holds, with as many threads as the backend
 *     computes with
 * @param flopsPerSecond of fused multiply-adds, two for each, with nothing read
 * @param method how both were measured, in words
 */
public record Ceilings(double bytesPerSecond, double flopsPerSecond, String method) {
  public Ceilings {
    requireRate("bytesPerSecond", bytesPerSecond);
    requireRate("flopsPerSecond", flopsPerSecond);
  }

  private static void requireRate(String name, double rate) {
    if (!(rate > 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException(name + " " + rate + ": expected a finite rate above 0");
    }
  }

  /**
   * The least seconds that work can take: as long as its bytes or its operations take, whichever is
   * longer.
   */
  public double seconds(long bytes, long flops) {
    return Math.max(bytes / bytesPerSecond, flops / flopsPerSecond);
  }

  /** Operations for each byte from which on work is bound by arithmetic. */
  public double ridge() {
    return flopsPerSecond / bytesPerSecond;
  }
}
