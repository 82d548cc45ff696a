package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Ops.Normed;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.jspecify.annotations.Nullable;

/**
 * The stream that blocks read and add to. What was added last waits for the norm that reads it, so
 * that addition and norm are one op.
 *
 * @param stream [B, n, D]
 * @param delta [B, n, D], to be added; null if nothing waits
 */
record Residual(Tensor stream, @Nullable Tensor delta) {
  /** A stream that nothing was added to. */
  static Residual of(Tensor stream) {
    return new Residual(stream, null);
  }

  /**
   * The stream normalized.
   *
   * @param stream with nothing left to add
   * @param norm [B, n, D]
   */
  record Read(Tensor stream, Tensor norm) {
    /** The stream with {@code delta} to be added. */
    Residual plus(Tensor delta) {
      return new Residual(stream, delta);
    }
  }

  /** Adds what waits, and normalizes. */
  Read read(Ops ops, Weight scale, double epsilon) {
    if (delta == null) {
      return new Read(stream, ops.rmsNorm(stream, scale, epsilon));
    }
    Normed normed = ops.addRmsNorm(stream, delta, scale, epsilon);
    return new Read(normed.sum(), normed.norm());
  }

  /** The stream with nothing left to add. */
  Tensor sum(Ops ops) {
    return delta == null ? stream : ops.add(stream, delta);
  }

  /** This, handed up by a scope. */
  Residual keptBy(Scope scope) {
    return new Residual(scope.keep(stream), delta == null ? null : scope.keep(delta));
  }
}
