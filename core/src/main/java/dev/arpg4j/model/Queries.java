package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/**
 * What targets bring to pass 2: their content, and the query that the first cross layer makes of
 * it. Neither knows the target's cell yet, so where all contents are the same, as [MASK] is, one
 * row serves every target of every step.
 *
 * @param content [B, n, D], the stream that cross layers add to
 * @param projected [B, n, D], Wq · norm(content), not rotated
 */
public record Queries(Tensor content, Tensor projected) {
  /**
   * The rows {@code index[i]} of these.
   *
   * @param index I32 [n'], each in 0..n-1
   * @return [B, n', D] each
   */
  public Queries gathered(Ops ops, Tensor index) {
    return new Queries(ops.gather(content, index), ops.gather(projected, index));
  }
}
