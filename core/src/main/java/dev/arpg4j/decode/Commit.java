package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What becomes of the ids chosen in a step (VARIANTS.md 5, CommitPolicy). */
@FunctionalInterface
public interface Commit {
  /** Every id is final: the step's targets are the places after those known. */
  Commit ALL =
      (step, known, guided, chosen) -> known == null ? chosen : step.ops().concat(1, known, chosen);

  /** Told before the first step of each batch. */
  default void begin(DecodeBatch batch) {}

  /**
   * The latest ids of all places known after the step. Part of a {@link dev.arpg4j.tensor.Routine},
   * as {@link TokenChooser#choose} is.
   *
   * @param known I32 [I, k], the latest before; null if there are none
   * @param guided gives the guided logits, [I, n, V]
   * @param chosen I32 [I, n]
   * @return I32 [I, k']
   */
  Tensor commit(Step step, @Nullable Tensor known, Supplier<Tensor> guided, Tensor chosen);

  /**
   * The step that is committed.
   *
   * @param cells I32 [I, n], the cells of the feed's targets
   */
  record Step(Ops ops, Plan.Step places, Feed feed, Tensor cells) {}

  /** Makes what commits, its constants in the innermost scope. */
  @FunctionalInterface
  interface Factory {
    /** For decodes of that many images along that layout. */
    Commit make(Backend backend, Layout layout, DecodeSettings settings, int images);
  }
}
