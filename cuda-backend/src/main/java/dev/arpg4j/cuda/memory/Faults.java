package dev.arpg4j.cuda.memory;

import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.kernel.Fault;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The record on the device in which kernels note the first bad index or logit they meet ({@link
 * Fault}), and its copy on the host. A fault is reported once and then forgotten.
 */
public final class Faults implements AutoCloseable {
  private static final long BYTES = Fault.WORDS * (long) Integer.BYTES;

  private final GpuStream stream;
  private final DeviceBlock record;
  private final MemorySegment copy;

  public Faults(GpuStream stream, DevicePool pool) {
    this.stream = stream;
    this.record = pool.take(BYTES);
    this.copy = stream.gpu().pinned(BYTES);
    clear();
  }

  /** Where kernels write. */
  public long address() {
    return record.address();
  }

  private void clear() {
    stream.fill(record.address(), 0, Fault.WORDS);
  }

  /** Enqueues reading the record; {@link #check} may be asked when that is done. */
  void enqueueReading() {
    stream.toHost(copy, record.address(), BYTES);
  }

  /** Throws what a kernel noted before the record was read. */
  void check() {
    int[] words = copy.toArray(ValueLayout.JAVA_INT);
    Fault.of(words)
        .ifPresent(
            fault -> {
              clear();
              throw fault.exception();
            });
  }

  @Override
  public void close() {
    record.giveBack();
    stream.gpu().freePinned(copy);
  }
}
