package dev.arpg4j.cuda.graph;

import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.driver.Graph;
import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.kernel.Launcher;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A device's stream as several threads use it: what one thread enqueues runs in the order in which
 * it was said, and while a thread records, the work of the others waits, since it would be recorded
 * too. Nothing here waits for the device.
 */
public final class GpuStream implements Launcher {
  private final Gpu gpu;
  private final ReentrantLock lock = new ReentrantLock();
  private final Hold hold = lock::unlock;
  private boolean recording;

  public GpuStream(Gpu gpu) {
    this.gpu = gpu;
  }

  /** The device. What is enqueued on it directly has to be within a {@link #hold}. */
  public Gpu gpu() {
    return gpu;
  }

  /** Keeps other threads from enqueueing until it is closed, by the thread that asked for it. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /** Keeps other threads from enqueueing; may be nested. */
  public Hold hold() {
    lock.lock();
    return hold;
  }

  /** Whether the calling thread is recording, so that nothing it enqueues runs now. */
  public boolean isRecording() {
    return lock.isHeldByCurrentThread() && recording;
  }

  @Override
  public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
    try (var _ = hold()) {
      gpu.launch(kernel, geometry, arguments);
    }
  }

  @Override
  public int multiprocessors() {
    return gpu.multiprocessors();
  }

  /** Enqueues a copy from pinned host memory, which has to keep its contents until it is done. */
  public void toDevice(long to, MemorySegment from, long bytes) {
    try (var _ = hold()) {
      gpu.toDevice(to, from, bytes);
    }
  }

  /** Enqueues a copy to pinned host memory. */
  public void toHost(MemorySegment to, long from, long bytes) {
    try (var _ = hold()) {
      gpu.toHost(to, from, bytes);
    }
  }

  /** Enqueues a copy within the device; the ranges do not overlap. */
  public void onDevice(long to, long from, long bytes) {
    try (var _ = hold()) {
      gpu.onDevice(to, from, bytes);
    }
  }

  /** Enqueues writing {@code word} {@code words} times. */
  public void fill(long to, int word, long words) {
    try (var _ = hold()) {
      gpu.fill(to, word, words);
    }
  }

  /** A moment at the end of what is enqueued now. */
  public GpuEvent record() {
    try (var _ = hold()) {
      return gpu.record();
    }
  }

  /** Moves an event to the end of what is enqueued now. */
  public void recordAgain(GpuEvent event) {
    try (var _ = hold()) {
      event.recordAgain();
    }
  }

  /** Enqueues a recorded graph. */
  public void launch(Graph graph) {
    try (var _ = hold()) {
      graph.launch();
    }
  }

  /**
   * Records what {@code work} enqueues on this thread, and runs none of it. If the work throws, the
   * stream is as if nothing had been said.
   *
   * @throws IllegalStateException if this thread is recording already
   */
  public Graph record(Runnable work) {
    try (var _ = hold()) {
      if (recording) {
        throw new IllegalStateException("a recording inside a recording");
      }
      gpu.beginCapture();
      recording = true;
      boolean done = false;
      try {
        work.run();
        Graph graph = gpu.endCapture();
        done = true;
        return graph;
      } finally {
        recording = false;
        if (!done) {
          gpu.abandonCapture();
        }
      }
    }
  }
}
