package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** What training says, as {@link VectorBackend} says the rest: checks operands. */
abstract class VectorGradients extends VectorMemory {
  private final Gradients gradients = new Gradients(split(), pool());

  VectorGradients(int threads, long handOff) {
    super(threads, handOff);
  }

  @Override
  public Tensor value(Weight weight) {
    VectorTensor y = result(weight.shape());
    own(weight).copyAll(y.floats());
    return y;
  }

  @Override
  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
    VectorTensor y = result(GradientShapes.dropout(x, probability, uniform));
    gradients.dropout(own(x), probability, own(uniform), y);
    return y;
  }

  @Override
  public Tensor power(Tensor x, double shift, double exponent) {
    VectorTensor y = result(OpShapes.elementwise("power", x));
    gradients.power(own(x), shift, exponent, y);
    return y;
  }

  @Override
  public Tensor siluBackward(Tensor x, Tensor dy) {
    VectorTensor dx = result(GradientShapes.alike("siluBackward", x, dy));
    gradients.silu(own(x), own(dy), dx);
    return dx;
  }

  @Override
  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
    VectorTensor dx = result(GradientShapes.alike("geluBackward", x, dy));
    gradients.gelu(own(x), tanh, own(dy), dx);
    return dx;
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    Shape shape = GradientShapes.scatterAdd(x, index, rows);
    RowIndex places = RowIndex.of(own(index)).within("scatterAdd", "index", 0, rows);
    VectorTensor y = result(shape);
    gradients.scatterAdd(own(x), places, y);
    return y;
  }

  @Override
  public Tensor sumColumns(Tensor x) {
    VectorTensor y = result(GradientShapes.sumColumns(x));
    gradients.sumColumns(own(x), y);
    return y;
  }

  @Override
  public Tensor mulRows(Tensor x, Tensor factor) {
    VectorTensor y = result(GradientShapes.mulRows(x, factor));
    gradients.mulRows(own(x), own(factor), y);
    return y;
  }

  @Override
  public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
    Shape shape = GradientShapes.swiGluBackward(gate, up, dy);
    VectorTensor dgate = result(shape);
    VectorTensor dup = result(shape);
    gradients.swiGlu(own(gate), own(up), own(dy), dgate, dup);
    return new GateGradients(dgate, dup);
  }

  @Override
  public NormGradients rmsNormBackward(Tensor x, Weight scale, double epsilon, Tensor dy) {
    VectorTensor dx = result(GradientShapes.rmsNormBackward(x, scale, dy));
    VectorTensor dscale = result(scale.shape());
    gradients.rmsNorm(own(x), own(scale).vector(), epsilon, own(dy), dx, dscale);
    return new NormGradients(dx, dscale);
  }

  @Override
  public Tensor softmaxBackward(Tensor y, Tensor dy) {
    VectorTensor dx = result(GradientShapes.alike("softmaxBackward", y, dy));
    gradients.softmax(own(y), own(dy), dx);
    return dx;
  }

  @Override
  public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
    VectorTensor dx = result(GradientShapes.crossEntropyBackward(logits, targets, dy));
    gradients.crossEntropy(own(logits), own(targets), own(dy), dx);
    return dx;
  }

  @Override
  public Adapted adamW(Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
    Shape shape = GradientShapes.adamW(value, gradient, first, second);
    Adapted adapted = new Adapted(result(shape), result(shape), result(shape));
    gradients.adamW(
        new AdamW(own(value), own(gradient), own(first), own(second), step),
        own(adapted.value()),
        own(adapted.first()),
        own(adapted.second()));
    return adapted;
  }

  @Override
  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
    VectorTensor dx = result(GradientShapes.alike("layerNormBackward", x, dy));
    gradients.layerNorm(own(x), epsilon, own(dy), dx);
    return dx;
  }

  @Override
  public AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    Shape shape = GradientShapes.attentionBackward(q, k, v, visibleEnd, heads, dy);
    int m = k.shape().dim(1);
    RowIndex ends =
        RowIndex.of(own(visibleEnd)).within("attentionBackward", "visibleEnd", 1, m + 1);
    VectorTensor dq = result(shape);
    VectorTensor dk = result(k.shape());
    VectorTensor dv = result(v.shape());
    new AttentionGradient(own(q), own(k), own(v), ends, heads, (float) factor, own(dy))
        .run(dq, dk, dv, split(), pool());
    return new AttentionGradients(dq, dk, dv);
  }
}
