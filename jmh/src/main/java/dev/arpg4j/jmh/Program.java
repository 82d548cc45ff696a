package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Tensor;

/** What a benchmark says to a backend, over and over, always from the same state. */
@FunctionalInterface
public interface Program {
  /** Says it once; the result lives in the innermost scope. */
  Tensor say();

  /** Gives back what was made ready beyond the scope it was made in. */
  default void close() {}
}
