package dev.arpg4j.cuda.memory;

import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.graph.GpuStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Pinned host memory through which constants go to the device and results come back. On the way out
 * it is a ring of parts: a part is written again only when the copies that read it are done, which
 * an event tells, so the host waits only if it is a whole ring ahead of the device. On the way back
 * the host waits each time.
 *
 * <p>Safe for use from several threads.
 */
public final class Staging implements AutoCloseable {
  private static final int PARTS = 4;

  /** So that every copy starts where vectors may. */
  private static final long ALIGNMENT = 16;

  private final GpuStream stream;
  private final Faults faults;
  private final long partBytes;
  private final MemorySegment ring;
  private final @Nullable GpuEvent[] left = new @Nullable GpuEvent[PARTS];
  private int part;
  private long used;

  private final Object arrival = new Object();
  private final MemorySegment landing;
  private final GpuEvent arrived;

  /**
   * Staging in memory of its own.
   *
   * @param faults read with everything that comes back
   * @param partBytes of each part of the ring and of what comes back at a time; a multiple of 16
   */
  public Staging(GpuStream stream, Faults faults, long partBytes) {
    if (partBytes < ALIGNMENT || partBytes % ALIGNMENT != 0) {
      throw new IllegalArgumentException("parts of %d bytes".formatted(partBytes));
    }
    this.stream = stream;
    this.faults = faults;
    this.partBytes = partBytes;
    this.ring = stream.gpu().pinned(PARTS * partBytes);
    this.landing = stream.gpu().pinned(partBytes);
    this.arrived = stream.record();
  }

  /** Enqueues a copy of host memory, which may be changed as soon as this returns. */
  public void upload(long to, MemorySegment from) {
    try (var _ = stream.hold()) {
      for (long at = 0; at < from.byteSize(); ) {
        long room = partBytes - used;
        if (room == 0) {
          nextPart();
          room = partBytes;
        }
        long bytes = Math.min(from.byteSize() - at, room);
        MemorySegment place = ring.asSlice(part * partBytes + used, bytes);
        place.copyFrom(from.asSlice(at, bytes));
        stream.toDevice(to + at, place, bytes);
        at += bytes;
        used = Math.min(partBytes, Math.ceilDiv(used + bytes, ALIGNMENT) * ALIGNMENT);
      }
    }
  }

  private void nextPart() {
    GpuEvent leaving = left[part];
    if (leaving == null) {
      left[part] = stream.record();
    } else {
      stream.recordAgain(leaving);
    }
    part = (part + 1) % PARTS;
    used = 0;
    GpuEvent before = left[part];
    if (before != null) {
      before.await();
    }
  }

  /**
   * Waits for everything enqueued so far and copies device memory to the host.
   *
   * @throws IndexOutOfBoundsException if a kernel met an index outside
   * @throws ArithmeticException if a kernel met logits that no id can be drawn from
   */
  public void download(MemorySegment to, long from) {
    synchronized (arrival) {
      for (long at = 0; at < to.byteSize(); ) {
        long bytes = Math.min(to.byteSize() - at, partBytes);
        try (var _ = stream.hold()) {
          stream.toHost(landing, from + at, bytes);
          faults.enqueueReading();
          stream.recordAgain(arrived);
        }
        arrived.await();
        faults.check();
        to.asSlice(at, bytes).copyFrom(landing.asSlice(0, bytes));
        at += bytes;
      }
    }
  }

  /** Gives the memory back; nothing that was enqueued may still need it. */
  @Override
  public void close() {
    for (GpuEvent event : left) {
      if (event != null) {
        event.close();
      }
    }
    arrived.close();
    stream.gpu().freePinned(ring);
    stream.gpu().freePinned(landing);
  }
}
