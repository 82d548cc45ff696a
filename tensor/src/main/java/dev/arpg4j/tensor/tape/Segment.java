package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.tape.Tape.Activations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was said while a scope of the tape was the innermost, and the scope behind it. Closing it
 * decides which results outlive the scope: see {@link Activations}.
 */
final class Segment implements Entry, Scope {
  private final Recording recording;
  private final @Nullable Segment enclosing;
  private final Scope behind;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Tensor> constants = new ArrayList<>();
  private final List<Tensor> results = new ArrayList<>();
  private final Set<Tensor> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean leaf = true;
  private boolean closed;

  /**
   * A segment that begins.
   *
   * @param enclosing the one it lies in; null for the outermost, which is never closed
   */
  Segment(Recording recording, @Nullable Segment enclosing, Scope behind) {
    this.recording = recording;
    this.enclosing = enclosing;
    this.behind = behind;
    link();
  }

  private void link() {
    if (enclosing != null) {
      enclosing.entries.add(this);
      enclosing.leaf = false;
    }
  }

  List<Entry> entries() {
    return entries;
  }

  @Nullable Segment enclosing() {
    return enclosing;
  }

  void add(Said said) {
    results.addAll(said.results());
    if (said.differentiable()) {
      entries.add(said);
    }
  }

  void add(Tensor constant) {
    constants.add(constant);
  }

  /** Forgets what was said, in this and all around it, and begins again there. */
  void clear() {
    entries.clear();
    constants.clear();
    results.clear();
    kept.clear();
    leaf = true;
    if (enclosing != null) {
      enclosing.clear();
      link();
    }
  }

  @Override
  public Tensor keep(Tensor tensor) {
    behind.keep(tensor);
    kept.add(tensor);
    if (enclosing != null) {
      enclosing.results.add(tensor);
    }
    return tensor;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (recording.innermost() == this) {
        handUp();
      }
    } finally {
      behind.close(); // refuses if one that was opened inside it is still open
      closed = true;
      recording.leave(this);
    }
  }

  private void handUp() {
    constants.forEach(this::keep);
    if (leaf && recording.activations() == Activations.RECOMPUTED) {
      results.stream().filter(result -> !kept.contains(result)).forEach(recording::drop);
    } else {
      results.forEach(this::keep);
    }
  }
}
