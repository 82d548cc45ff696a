package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** What is the same in all guidance branches of an image, such as positions. */
final class PerImage {
  private PerImage() {}

  /**
   * The sum of rows of all branches and rows that each branch repeats.
   *
   * @param x [B, n, D], ordered [branch, image]
   * @param rows [I, n, D]
   * @return [B, n, D]
   */
  static Tensor add(Ops ops, Tensor x, Tensor rows) {
    Shape whole = x.shape();
    Shape of = rows.shape();
    Shape byBranch = Shape.of(whole.dim(0) / of.dim(0), of.dim(0), of.dim(1), of.dim(2));
    return ops.reshape(ops.add(ops.reshape(x, byBranch), rows), whole);
  }
}
