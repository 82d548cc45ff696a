package dev.arpg4j.tensor;

import static dev.arpg4j.tensor.OpShapes.require;
import static dev.arpg4j.tensor.OpShapes.requireNumbers;

/**
 * The shape rules of {@link GradientOps}, as {@link OpShapes} has those of other ops: a misfit is
 * an {@link IllegalArgumentException} that begins with the op's name.
 */
public final class GradientShapes {
  private GradientShapes() {}

  /** The rule of ops whose operands are all of one shape. */
  public static Shape alike(String op, Tensor x, Tensor... others) {
    requireNumbers(op, x);
    requireNumbers(op, others);
    for (Tensor other : others) {
      Shape expected = x.shape();
      require(op, other.shape().equals(expected), "operand", other.shape(), expected.toString());
    }
    return x.shape();
  }

  public static Shape sumColumns(Tensor x) {
    requireNumbers("sumColumns", x);
    require("sumColumns", x.shape().rank() >= 1, "x", x.shape(), "[.., D]");
    return Shape.of(x.shape().dim(-1));
  }

  public static Shape mulRows(Tensor x, Tensor factor) {
    requireNumbers("mulRows", x, factor);
    require("mulRows", x.shape().rank() >= 1, "x", x.shape(), "[.., D]");
    Shape rows = x.shape().dropLast();
    require("mulRows", factor.shape().equals(rows), "factor", factor.shape(), rows.toString());
    return x.shape();
  }

  public static Shape linearBackward(Tensor dy, Weight weight) {
    requireNumbers("linearBackward", dy);
    Shape map = weight.shape();
    require("linearBackward", map.rank() == 2, "weight", map, "[O, K]");
    boolean fits = dy.shape().rank() >= 1 && dy.shape().dim(-1) == map.dim(0);
    require("linearBackward", fits, "dy", dy.shape(), "[.., " + map.dim(0) + "]");
    return dy.shape().with(dy.shape().rank() - 1, map.dim(1));
  }

  public static Shape linearWeightBackward(Tensor x, Tensor dy) {
    String op = "linearWeightBackward";
    requireNumbers(op, x, dy);
    require(op, x.shape().rank() >= 1 && dy.shape().rank() >= 1, "x", x.shape(), "[.., K]");
    Shape rows = x.shape().dropLast();
    require(op, dy.shape().dropLast().equals(rows), "dy", dy.shape(), rows + " and O");
    return Shape.of(dy.shape().dim(-1), x.shape().dim(-1));
  }

  public static Shape attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, Tensor dy) {
    Shape shape = OpShapes.attention(q, k, v, visibleEnd, heads);
    return alikeShape("attentionBackward", shape, dy);
  }

  public static Shape swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
    return alike("swiGluBackward", gate, up, dy);
  }

  public static Shape rmsNormBackward(Tensor x, Weight scale, Tensor dy) {
    return alikeShape("rmsNormBackward", OpShapes.rmsNorm(x, scale), dy);
  }

  public static Shape layerNormBackward(Tensor x, Tensor dy) {
    return alikeShape("layerNormBackward", LayerNormShapes.layerNorm(x), dy);
  }

  public static Shape softmaxBackward(Tensor y, Tensor dy) {
    return alikeShape("softmaxBackward", OpShapes.softmax(y), dy);
  }

  public static Shape crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
    requireNumbers("crossEntropyBackward", dy);
    Shape rows = OpShapes.crossEntropy(logits, targets);
    require("crossEntropyBackward", dy.shape().equals(rows), "dy", dy.shape(), rows.toString());
    return logits.shape();
  }

  public static Shape adamW(Tensor value, Tensor gradient, Tensor first, Tensor second) {
    return alike("adamW", value, gradient, first, second);
  }

  public static Shape scatterAdd(Tensor x, Tensor index, int rows) {
    require("scatterAdd", x.shape().rank() >= 2, "x", x.shape(), "[B, n, ..]");
    int n = OpShapes.index("scatterAdd", "index", index, x.shape().dim(0));
    boolean fits = n == x.shape().dim(1) && rows >= 0;
    require("scatterAdd", fits, "index", index.shape(), "one for each of " + x.shape());
    requireNumbers("scatterAdd", x);
    return x.shape().with(1, rows);
  }

  public static Shape dropout(Tensor x, double probability, Tensor uniform) {
    require(
        "dropout",
        probability >= 0 && probability < 1,
        "probability " + probability + ", expected 0 or more and below 1");
    return alike("dropout", x, uniform);
  }

  private static Shape alikeShape(String op, Shape shape, Tensor dy) {
    requireNumbers(op, dy);
    require(op, dy.shape().equals(shape), "dy", dy.shape(), shape.toString());
    return shape;
  }
}
