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
  private boolean recording;

  public GpuStream(Gpu gpu) {
    this.gpu = gpu;
  }

  /** The device. What is enqueued on it directly has to be between {@link #lock} and unlock. */
  public Gpu gpu() {
    return gpu;
  }

  /** Keeps other threads from enqueueing; may be nested. */
  public void lock() {
    lock.lock();
  }

  /** Ends what {@link #lock} began. */
  public void unlock() {
    lock.unlock();
  }

  /** Whether the calling thread is recording, so that nothing it enqueues runs now. */
  public boolean isRecording() {
    return lock.isHeldByCurrentThread() && recording;
  }

  @Override
  public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
    lock.lock();
    try {
      gpu.launch(kernel, geometry, arguments);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int multiprocessors() {
    return gpu.multiprocessors();
  }

  /** Enqueues a copy from pinned host memory, which has to keep its contents until it is done. */
  public void toDevice(long to, MemorySegment from, long bytes) {
    lock.lock();
    try {
      gpu.toDevice(to, from, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Enqueues a copy to pinned host memory. */
  public void toHost(MemorySegment to, long from, long bytes) {
    lock.lock();
    try {
      gpu.toHost(to, from, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Enqueues a copy within the device; the ranges do not overlap. */
  public void onDevice(long to, long from, long bytes) {
    lock.lock();
    try {
      gpu.onDevice(to, from, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Enqueues writing {@code word} {@code words} times. */
  public void fill(long to, int word, long words) {
    lock.lock();
    try {
      gpu.fill(to, word, words);
    } finally {
      lock.unlock();
    }
  }

  /** A moment at the end of what is enqueued now. */
  public GpuEvent record() {
    lock.lock();
    try {
      return gpu.record();
    } finally {
      lock.unlock();
    }
  }

  /** Moves an event to the end of what is enqueued now. */
  public void recordAgain(GpuEvent event) {
    lock.lock();
    try {
      event.recordAgain();
    } finally {
      lock.unlock();
    }
  }

  /** Enqueues a recorded graph. */
  public void launch(Graph graph) {
    lock.lock();
    try {
      graph.launch();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records what {@code work} enqueues on this thread, and runs none of it. If the work throws, the
   * stream is as if nothing had been said.
   *
   * @throws IllegalStateException if this thread is recording already
   */
  public Graph record(Runnable work) {
    lock.lock();
    try {
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
    } finally {
      lock.unlock();
    }
  }
}
