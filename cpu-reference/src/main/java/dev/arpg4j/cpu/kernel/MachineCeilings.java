package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import java.util.function.DoubleSupplier;
import jdk.incubator.vector.FloatVector;

/**
 * What memory and multipliers of this machine do at best, by the means that kernels have: Java heap
 * arrays, vectors of {@link Lanes}' width, and one team of {@link Workers}. Nothing that a kernel
 * does can be faster, other than by reading what a cache still holds.
 */
public final class MachineCeilings {
  /** Of each measurement, the best is taken: what disturbs a round only makes it slower. */
  private static final int ROUNDS = 25;

  /** And so long at least: another process may keep a core for many rounds of a millisecond. */
  private static final double LEAST_SECONDS = 0.5;

  /** Regions that each thread reads one after the other, as {@link Linear} divides weights. */
  private static final int PARTS_PER_THREAD = 8;

  private static final int LINE_FLOATS = 16;

  /**
   * Chains that are independent of each other: two a cycle, five cycles each, and some to spare.
   */
  private static final int CHAINS = 12;

  /** Links of each chain in a part: some hundred microseconds. */
  private static final int LINKS = 1 << 16;

  private static final double NANOS_PER_SECOND = 1e9;

  private MachineCeilings() {}

  /**
   * Bytes a second that the team reads of an array, each float once.
   *
   * @param floats of the array, which no cache may hold; rounded down to whole cache lines
   */
  public static double readBytesPerSecond(Workers workers, int floats) {
    float[] values = new float[floats / LINE_FLOATS * LINE_FLOATS];
    int parts = PARTS_PER_THREAD * workers.threads();
    double[] sums = new double[parts * LINE_FLOATS];
    // Written first, and by all threads: pages that were never written are all the same one.
    workers.run(
        parts,
        part -> {
          for (int i = begin(values.length, parts, part);
              i < begin(values.length, parts, part + 1);
              i++) {
            values[i] = 1;
          }
        });
    double seconds =
        best(
            () ->
                seconds(
                    () ->
                        workers.run(
                            parts,
                            part ->
                                sums[part * LINE_FLOATS] =
                                    sum(
                                        values,
                                        begin(values.length, parts, part),
                                        begin(values.length, parts, part + 1)))));
    requireSum(sums, values.length);
    return values.length * (double) Float.BYTES / seconds;
  }

  /** Floating-point operations a second of fused multiply-adds between registers, two for each. */
  public static double flopsPerSecond(Workers workers) {
    int parts = PARTS_PER_THREAD * workers.threads();
    double[] ends = new double[parts * LINE_FLOATS];
    double seconds =
        best(
            () ->
                seconds(
                    () -> workers.run(parts, part -> ends[part * LINE_FLOATS] = chains(LINKS))));
    requireSum(ends, CHAINS * LANES * parts);
    return 2.0 * CHAINS * LANES * LINKS * parts / seconds;
  }

  private static double best(DoubleSupplier round) {
    double best = Double.MAX_VALUE;
    double spent = 0;
    for (int i = 0; i < ROUNDS || spent < LEAST_SECONDS; i++) {
      double seconds = round.getAsDouble();
      best = Math.min(best, seconds);
      spent += seconds;
    }
    return best;
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }

  /** The begin of a part, at a cache line. */
  private static int begin(int length, int parts, int part) {
    return (int) ((long) (length / LINE_FLOATS) * part / parts) * LINE_FLOATS;
  }

  /** Adds floats, in eight vectors so that no addition waits for another; 1 for each that is 1. */
  private static double sum(float[] values, int from, int to) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    int i = from;
    for (; i <= to - 8 * LANES; i += 8 * LANES) {
      s0 = s0.add(FloatVector.fromArray(FLOATS, values, i));
      s1 = s1.add(FloatVector.fromArray(FLOATS, values, i + LANES));
      s2 = s2.add(FloatVector.fromArray(FLOATS, values, i + 2 * LANES));
      s3 = s3.add(FloatVector.fromArray(FLOATS, values, i + 3 * LANES));
      s4 = s4.add(FloatVector.fromArray(FLOATS, values, i + 4 * LANES));
      s5 = s5.add(FloatVector.fromArray(FLOATS, values, i + 5 * LANES));
      s6 = s6.add(FloatVector.fromArray(FLOATS, values, i + 6 * LANES));
      s7 = s7.add(FloatVector.fromArray(FLOATS, values, i + 7 * LANES));
    }
    double sum = total(s0, s1, s2, s3) + total(s4, s5, s6, s7);
    for (; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** Chains {@code a·x + b} that stay at 1, whose lanes are summed at the end. */
  private static double chains(int links) {
    FloatVector a = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector b = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector c0 = FloatVector.broadcast(FLOATS, 1f);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    FloatVector c8 = c0;
    FloatVector c9 = c0;
    FloatVector c10 = c0;
    FloatVector c11 = c0;
    for (int i = 0; i < links; i++) {
      c0 = c0.fma(a, b);
      c1 = c1.fma(a, b);
      c2 = c2.fma(a, b);
      c3 = c3.fma(a, b);
      c4 = c4.fma(a, b);
      c5 = c5.fma(a, b);
      c6 = c6.fma(a, b);
      c7 = c7.fma(a, b);
      c8 = c8.fma(a, b);
      c9 = c9.fma(a, b);
      c10 = c10.fma(a, b);
      c11 = c11.fma(a, b);
    }
    return total(c0, c1, c2, c3) + total(c4, c5, c6, c7) + total(c8, c9, c10, c11);
  }

  private static double total(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    float[] lanes = a.add(b).add(c.add(d)).toArray();
    double total = 0;
    for (float lane : lanes) {
      total += lane;
    }
    return total;
  }

  /** That all was read and computed: a compiler may leave out what nobody looks at. */
  private static void requireSum(double[] parts, long expected) {
    double sum = 0;
    for (double part : parts) {
      sum += part;
    }
    if (sum != expected) {
      throw new IllegalStateException("ones sum to %s, expected %d".formatted(sum, expected));
    }
  }
}
