package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** The part of {@link Shapes} that listens to what training says. */
abstract class ShapesOfTraining implements Backend {
  /** A tensor of the compute type. */
  abstract Tensor made(Shape shape);

  @Override
  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
    return made(GradientShapes.dropout(x, probability, uniform));
  }

  @Override
  public Tensor power(Tensor x, double shift, double exponent) {
    return made(OpShapes.elementwise("power", x));
  }

  @Override
  public Tensor siluBackward(Tensor x, Tensor dy) {
    return made(GradientShapes.alike("siluBackward", x, dy));
  }

  @Override
  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
    return made(GradientShapes.alike("geluBackward", x, dy));
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    return made(GradientShapes.scatterAdd(x, index, rows));
  }

  @Override
  public Tensor value(Weight weight) {
    return made(weight.shape());
  }

  @Override
  public Tensor sumColumns(Tensor x) {
    return made(GradientShapes.sumColumns(x));
  }

  @Override
  public Tensor mulRows(Tensor x, Tensor factor) {
    return made(GradientShapes.mulRows(x, factor));
  }

  @Override
  public Tensor linearBackward(Tensor dy, Weight weight) {
    return made(GradientShapes.linearBackward(dy, weight));
  }

  @Override
  public Tensor linearWeightBackward(Tensor x, Tensor dy) {
    return made(GradientShapes.linearWeightBackward(x, dy));
  }

  @Override
  public AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    Shape rows = GradientShapes.attentionBackward(q, k, v, visibleEnd, heads, dy);
    return new AttentionGradients(made(rows), made(k.shape()), made(v.shape()));
  }

  @Override
  public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
    Shape shape = GradientShapes.swiGluBackward(gate, up, dy);
    return new GateGradients(made(shape), made(shape));
  }

  @Override
  public NormGradients rmsNormBackward(Tensor x, Weight scale, double epsilon, Tensor dy) {
    Shape shape = GradientShapes.rmsNormBackward(x, scale, dy);
    return new NormGradients(made(shape), made(scale.shape()));
  }

  @Override
  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
    return made(GradientShapes.layerNormBackward(x, dy));
  }

  @Override
  public Tensor softmaxBackward(Tensor y, Tensor dy) {
    return made(GradientShapes.softmaxBackward(y, dy));
  }

  @Override
  public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
    return made(GradientShapes.crossEntropyBackward(logits, targets, dy));
  }

  @Override
  public Adapted adamW(Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
    Shape shape = GradientShapes.adamW(value, gradient, first, second);
    return new Adapted(made(shape), made(shape), made(shape));
  }
}
