package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/**
 * The positions of the rows fed now.
 *
 * @param table [R, d/2, 2], see {@link RopeTable}
 * @param rows I32 [n] or [I, n], the table row of each
 */
public record Rope(Tensor table, Tensor rows) {
  /** Rotates x [B, n, H·d]. */
  public Tensor rotate(Ops ops, Tensor x, int heads) {
    return ops.rope(x, table, rows, heads);
  }
}
