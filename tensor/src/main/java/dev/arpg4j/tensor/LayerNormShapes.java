package dev.arpg4j.tensor;

import static dev.arpg4j.tensor.OpShapes.elementwise;
import static dev.arpg4j.tensor.OpShapes.require;
import static dev.arpg4j.tensor.OpShapes.requireNumbers;

/**
 * The shape rules of layer norm and of what adaptive layer norm adds to it, as {@link OpShapes} has
 * those of other ops: a misfit is an {@link IllegalArgumentException} that begins with the op's
 * name.
 */
public final class LayerNormShapes {
  private LayerNormShapes() {}

  public static Shape layerNorm(Tensor x) {
    require("layerNorm", x.shape().rank() >= 1, "x", x.shape(), "[.., D]");
    return elementwise("layerNorm", x);
  }

  public static Shape layerNorm(Tensor x, Weight scale, Weight bias) {
    Shape shape = layerNorm(x);
    Shape row = Shape.of(shape.dim(-1));
    require("layerNorm", scale.shape().equals(row), "scale", scale.shape(), row.toString());
    require("layerNorm", bias.shape().equals(row), "bias", bias.shape(), row.toString());
    return shape;
  }

  public static Shape modulate(Tensor x, Tensor scale, Tensor shift) {
    Shape shape = adaptive("modulate", x, "scale", scale);
    requireNumbers("modulate", shift);
    Shape like = scale.shape();
    require("modulate", shift.shape().equals(like), "shift", shift.shape(), like.toString());
    return shape;
  }

  public static Shape addGated(Tensor x, Tensor branch, Tensor gate) {
    Shape shape = adaptive("addGated", x, "gate", gate);
    requireNumbers("addGated", branch);
    require("addGated", branch.shape().equals(shape), "branch", branch.shape(), shape.toString());
    return shape;
  }

  /** x is [B, n, D], and {@code by} is too or [B, 1, D]. */
  private static Shape adaptive(String op, Tensor x, String what, Tensor by) {
    requireNumbers(op, x, by);
    Shape shape = x.shape();
    require(op, shape.rank() == 3, "x", shape, "[B, n, D]");
    Shape one = shape.with(1, 1);
    boolean fits = by.shape().equals(shape) || by.shape().equals(one);
    require(op, fits, what, by.shape(), shape + " or " + one);
    return shape;
  }
}
