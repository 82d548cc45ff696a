package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.kernel.Probes;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Times work on the device's own clock, between two events, each time after a flush of the L2 cache
 * whose writing also hides the host's enqueueing. Versions take turns, so that a clock that changes
 * or a noisy neighbour meets them all. What is measured includes the two events, and so a
 * microsecond or two that {@code --op launch} measures alone.
 */
final class Stopwatch implements AutoCloseable {
  private static final int WARM_UP = 3;
  private static final double MICROS = 1e3;

  /** Long enough to enqueue a few launches behind, on a card that writes 3 TB a second. */
  private static final long LEAST_FLUSH = 128L << 20;

  private final Gpu gpu;
  private final int repeats;
  private final Probes probes;
  private final long flushed;
  private final long flushBytes;
  private final GpuEvent before;
  private final GpuEvent after;

  /**
   * A stopwatch with memory to flush.
   *
   * @param repeats samples of each version
   * @param quick to flush no more than the cache holds, twice
   */
  Stopwatch(Gpu gpu, int repeats, boolean quick) {
    this.gpu = gpu;
    this.repeats = repeats;
    this.probes = new Probes(gpu);
    long twice = 2L * gpu.properties().l2Bytes() / 16 * 16;
    this.flushBytes = quick ? twice : Math.max(twice, LEAST_FLUSH);
    this.flushed = gpu.allocate(flushBytes);
    if (flushed == 0) {
      throw new InvalidInputException(
          "%d MiB to flush the cache with do not fit on the device".formatted(flushBytes >> 20));
    }
    this.before = gpu.record();
    this.after = gpu.record();
  }

  int repeats() {
    return repeats;
  }

  long flushBytes() {
    return flushBytes;
  }

  /** The times of each version, in their order, after a few runs to warm up. */
  List<Samples> sideBySide(List<Version> versions) {
    double[][] micros = new double[versions.size()][repeats];
    for (int repeat = -WARM_UP; repeat < repeats; repeat++) {
      for (int i = 0; i < versions.size(); i++) {
        double time = once(versions.get(i).work());
        if (repeat >= 0) {
          micros[i][repeat] = time;
        }
      }
    }
    List<Samples> samples = new ArrayList<>();
    for (double[] each : micros) {
      samples.add(new Samples(each));
    }
    return samples;
  }

  /** The times of one piece of work. */
  Samples time(Runnable work) {
    return sideBySide(List.of(new Version("", work))).getFirst();
  }

  private double once(Runnable work) {
    probes.flush(flushed, flushBytes);
    before.recordAgain();
    work.run();
    after.recordAgain();
    return after.millisSince(before) * MICROS;
  }

  @Override
  public void close() {
    before.close();
    after.close();
    gpu.free(flushed);
  }
}
