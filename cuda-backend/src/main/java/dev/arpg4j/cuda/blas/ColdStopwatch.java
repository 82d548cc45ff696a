package dev.arpg4j.cuda.blas;

import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.memory.DeviceBlock;

/**
 * Measures runs on the device's clock, each with a cache that holds nothing of what the run reads.
 * To be used within a {@link GpuStream#hold} of the stream.
 */
final class ColdStopwatch implements PlanSearch.Stopwatch, AutoCloseable {
  private final GpuStream stream;
  private final DeviceBlock flushed;
  private final GpuEvent before;
  private final GpuEvent after;

  /**
   * A stopwatch that is not running.
   *
   * @param flushed memory without use, larger than the cache; goes back when this closes
   */
  ColdStopwatch(GpuStream stream, DeviceBlock flushed) {
    this.stream = stream;
    this.flushed = flushed;
    this.before = stream.record();
    this.after = stream.record();
  }

  /** How much has to be overwritten until a cache of {@code l2Bytes} holds nothing else. */
  static long flushedBytes(int l2Bytes) {
    return 2L * l2Bytes;
  }

  /** Overwrites twice, so that the host has said what comes next before the device is done. */
  @Override
  public void start() {
    stream.fill(flushed.address(), 0, flushed.bytes() / Integer.BYTES);
    stream.fill(flushed.address(), 0, flushed.bytes() / Integer.BYTES);
    stream.recordAgain(before);
  }

  @Override
  public double stop() {
    stream.recordAgain(after);
    return after.millisSince(before);
  }

  @Override
  public void close() {
    before.close();
    after.close();
    flushed.giveBack();
  }
}
