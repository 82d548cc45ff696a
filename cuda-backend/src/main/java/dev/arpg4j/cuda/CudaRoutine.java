package dev.arpg4j.cuda;

import dev.arpg4j.cuda.driver.Graph;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.ScopeStack.Aside;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is said twice and then only replayed. The first time it runs as it is said, which
 * compiles kernels, chooses algorithms and fills the pool; the second time it is recorded into a
 * graph, which is one call to enqueue from then on. If something that the work read from outside is
 * gone, it is said anew.
 */
final class CudaRoutine<T> implements Routine<T> {
  private final Storage storage;
  private final Supplier<T> work;
  private boolean warm;
  private boolean closed;
  private @Nullable Recorded<T> recorded;

  /** What the work left behind when it was said as it is. */
  private @Nullable Aside<DeviceBlock, T> said;

  /** A graph, what it stands on, and what it gives. */
  private record Recorded<T>(Graph graph, Recording recording, Aside<DeviceBlock, T> results) {
    void close() {
      graph.close();
      results.close();
      recording.memory().close();
    }
  }

  CudaRoutine(Storage storage, Supplier<T> work) {
    this.storage = storage;
    this.work = work;
  }

  @Override
  public synchronized T run() {
    if (closed) {
      throw new IllegalStateException("the routine is closed");
    }
    if (storage.isRecording()) {
      return work.get();
    }
    Recorded<T> known = recorded;
    if (known != null && known.recording.isStanding()) {
      return replay(known);
    }
    forget();
    if (!warm) {
      Aside<DeviceBlock, T> first = storage.scopes().aside(work);
      said = first;
      warm = true;
      return first.result();
    }
    warm = false; // if recording fails, the work is said as it is before another attempt
    Recorded<T> fresh = record();
    recorded = fresh;
    warm = true;
    storage.stream().launch(fresh.graph);
    return fresh.results.result();
  }

  private T replay(Recorded<T> known) {
    known.recording.requireLengths();
    storage.stream().launch(known.graph);
    known.recording.moveLengths();
    return known.results.result();
  }

  private Recorded<T> record() {
    GpuStream stream = storage.stream();
    try (var _ = stream.hold()) {
      Recording recording = storage.beginRecording();
      List<Aside<DeviceBlock, T>> left = new ArrayList<>(1);
      boolean done = false;
      try {
        Graph graph = stream.record(() -> left.add(say(recording)));
        done = true;
        return new Recorded<>(graph, recording, left.getFirst());
      } finally {
        storage.endRecording();
        if (done) {
          recording.finish(storage.staging());
        } else {
          left.forEach(Aside::close);
          recording.memory().close();
        }
      }
    }
  }

  private Aside<DeviceBlock, T> say(Recording recording) {
    Aside<DeviceBlock, T> results = storage.scopes().aside(work);
    recording.memory().settle(results.buffers(), storage.stream()::onDevice);
    return results;
  }

  private void forget() {
    Aside<DeviceBlock, T> before = said;
    if (before != null) {
      before.close();
      said = null;
    }
    Recorded<T> known = recorded;
    if (known != null) {
      recorded = null;
      warm = false;
      known.close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    forget();
    storage.closed(this);
  }
}
