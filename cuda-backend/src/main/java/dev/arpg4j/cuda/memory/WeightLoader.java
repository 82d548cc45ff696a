package dev.arpg4j.cuda.memory;

import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Streams weights from their source to the device, several threads with a reader each, through
 * small pinned buffers: the host never holds a second copy of the model. Rounding to bfloat16
 * happens on the way.
 */
public final class WeightLoader implements AutoCloseable {
  /** Elements read at a time: small enough for a core's cache, large enough for a fast copy. */
  private static final int CHUNK = 1 << 17;

  /** How values are written down. */
  public enum Form {
    /** Four bytes, as the source gives them. */
    F32(Float.BYTES),
    /** Four bytes, rounded to what bfloat16 holds. */
    F32_OF_BF16(Float.BYTES),
    /** Two bytes. */
    BF16(Short.BYTES);

    private final int bytes;

    Form(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of one value. */
    public int bytes() {
      return bytes;
    }
  }

  private final GpuStream stream;
  private final ExecutorService others;
  private final List<Lane> lanes = new ArrayList<>();

  /**
   * @param threads that read, the calling one included
   */
  public WeightLoader(GpuStream stream, int threads) {
    this.stream = stream;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            Thread.ofPlatform().daemon().name("arpg4j-weights-", 1).factory());
    for (int i = 0; i < threads; i++) {
      lanes.add(new Lane());
    }
  }

  /**
   * Enqueues writing all values of {@code source} to {@code address}; what is enqueued after this
   * returns finds them there.
   */
  public synchronized void load(WeightSource source, Form form, long address) {
    long size = source.shape().size();
    long chunks = Math.ceilDiv(size, CHUNK);
    AtomicLong next = new AtomicLong();
    Load load = new Load(source, form, address, size);
    List<Future<?>> running = new ArrayList<>();
    for (Lane lane : lanes.subList(1, (int) Math.clamp(chunks, 1, lanes.size()))) {
      running.add(others.submit(() -> lane.run(load, next)));
    }
    try {
      lanes.getFirst().run(load, next);
    } finally {
      running.forEach(WeightLoader::join);
    }
  }

  private static void join(Future<?> lane) {
    boolean interrupted = false;
    while (true) {
      try {
        lane.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException("loading a weight failed", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private record Load(WeightSource source, Form form, long address, long size) {}

  /** What one thread works with: two buffers, one of which it fills while the other is copied. */
  private final class Lane {
    private final float[] values = new float[CHUNK];
    private final MemorySegment[] buffers = new MemorySegment[2];
    private final GpuEvent[] copied = new GpuEvent[2];
    private int turn;

    void run(Load load, AtomicLong next) {
      try (WeightSource.Reader reader = load.source.open()) {
        for (long from = from(next); from < load.size; from = from(next)) {
          int count = (int) Math.min(CHUNK, load.size - from);
          reader.read(from, values, 0, count);
          send(load.form, load.address + from * load.form.bytes(), count);
        }
      }
    }

    private long from(AtomicLong next) {
      return next.getAndIncrement() * CHUNK;
    }

    private void send(Form form, long to, int count) {
      turn = 1 - turn;
      if (buffers[turn] == null) {
        buffers[turn] = stream.gpu().pinned((long) CHUNK * Float.BYTES);
        copied[turn] = stream.record();
      }
      copied[turn].await();
      write(form, count, buffers[turn]);
      stream.toDevice(to, buffers[turn], (long) count * form.bytes());
      stream.recordAgain(copied[turn]);
    }

    private void write(Form form, int count, MemorySegment to) {
      switch (form) {
        case F32 -> MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT, 0, count);
        case F32_OF_BF16 -> {
          for (int i = 0; i < count; i++) {
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i, Bf16.widen(Bf16.narrow(values[i])));
          }
        }
        case BF16 -> {
          for (int i = 0; i < count; i++) {
            to.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.narrow(values[i]));
          }
        }
      }
    }

    void close() {
      for (int i = 0; i < buffers.length; i++) {
        if (buffers[i] != null) {
          copied[i].close();
          stream.gpu().freePinned(buffers[i]);
        }
      }
    }
  }

  /** Ends the threads; nothing enqueued may still read the buffers. */
  @Override
  public void close() {
    others.shutdown();
    lanes.forEach(Lane::close);
  }
}
