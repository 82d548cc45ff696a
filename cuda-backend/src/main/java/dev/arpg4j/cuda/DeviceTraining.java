package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Optimizer;
import dev.arpg4j.cuda.kernel.Rowwise;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/**
 * What training says beside {@link DeviceOps}, under the same rules. Gradients have the compute
 * type, but those of what all rows share, and all that the optimizer gives, are float32.
 */
abstract class DeviceTraining extends DeviceOps {
  private final DeviceValues values;
  private final DeviceGradients gradients;
  private final Entrywise entries;
  private final Rowwise rowwise;
  private final Optimizer optimizer;

  DeviceTraining(Storage storage) {
    super(storage);
    this.values = new DeviceValues(storage);
    this.gradients = new DeviceGradients(storage, products());
    this.entries = new Entrywise(storage.stream(), storage.element());
    this.rowwise = new Rowwise(storage.stream(), storage.element());
    this.optimizer = new Optimizer(storage.stream());
  }

  /** What copies values between tensors and weights. */
  final DeviceValues values() {
    return values;
  }

  @Override
  public Tensor value(Weight weight) {
    return values.of(products().own(weight));
  }

  // ---- elementwise

  @Override
  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
    Shape shape = GradientShapes.dropout(x, probability, uniform);
    CudaTensor in = storage().computed(x);
    CudaTensor drawn = storage().single(uniform);
    CudaTensor y = storage().result(shape);
    entries.dropout(in.address(), drawn.address(), y.address(), probability, y.size());
    return y;
  }

  @Override
  public Tensor power(Tensor x, double shift, double exponent) {
    Shape shape = OpShapes.elementwise("power", x);
    CudaTensor in = storage().computed(x);
    CudaTensor y = storage().result(shape);
    entries.power(in.address(), (float) shift, (float) exponent, y.address(), y.size());
    return y;
  }

  @Override
  public Tensor mulRows(Tensor x, Tensor factor) {
    Shape shape = GradientShapes.mulRows(x, factor);
    CudaTensor in = storage().computed(x);
    CudaTensor factors = storage().single(factor);
    CudaTensor y = storage().result(shape);
    rowwise.mulRows(in.address(), factors.address(), y.address(), rows(shape), width(shape));
    return y;
  }

  @Override
  public Tensor siluBackward(Tensor x, Tensor dy) {
    Shape shape = GradientShapes.alike("siluBackward", x, dy);
    CudaTensor in = storage().computed(x);
    CudaTensor slope = storage().computed(dy);
    CudaTensor dx = storage().result(shape);
    entries.siluBackward(in.address(), slope.address(), dx.address(), dx.size());
    return dx;
  }

  @Override
  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
    Shape shape = GradientShapes.alike("geluBackward", x, dy);
    CudaTensor in = storage().computed(x);
    CudaTensor slope = storage().computed(dy);
    CudaTensor dx = storage().result(shape);
    entries.geluBackward(in.address(), tanh, slope.address(), dx.address(), dx.size());
    return dx;
  }

  @Override
  public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
    Shape shape = GradientShapes.swiGluBackward(gate, up, dy);
    CudaTensor left = storage().computed(gate);
    CudaTensor right = storage().computed(up);
    CudaTensor slope = storage().computed(dy);
    CudaTensor dGate = storage().result(shape);
    CudaTensor dUp = storage().result(shape);
    entries.swiGluBackward(
        left.address(),
        right.address(),
        slope.address(),
        dGate.address(),
        dUp.address(),
        dGate.size());
    return new GateGradients(dGate, dUp);
  }

  // ---- sums over rows, norms, losses, attention

  @Override
  public Tensor sumColumns(Tensor x) {
    return gradients.sumColumns(x);
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    return gradients.scatterAdd(x, index, rows);
  }

  @Override
  public NormGradients rmsNormBackward(Tensor x, Weight scale, double epsilon, Tensor dy) {
    return gradients.rmsNorm(x, scale, epsilon, dy);
  }

  @Override
  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
    return gradients.layerNorm(x, epsilon, dy);
  }

  @Override
  public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
    return gradients.crossEntropy(logits, targets, dy);
  }

  @Override
  public AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    return gradients.attention(q, k, v, visibleEnd, heads, factor, dy);
  }

  // ---- products

  @Override
  public Tensor linearBackward(Tensor dy, Weight weight) {
    return products().linearBackward(dy, weight);
  }

  @Override
  public Tensor linearWeightBackward(Tensor x, Tensor dy) {
    return products().linearWeightBackward(x, dy);
  }

  // ---- the optimizer

  @Override
  public Adapted adamW(Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
    Shape shape = GradientShapes.adamW(value, gradient, first, second);
    var before =
        new Optimizer.State(
            storage().single(value).address(),
            storage().single(first).address(),
            storage().single(second).address());
    CudaTensor slope = storage().single(gradient);
    CudaTensor newValue = storage().tensor(shape, DType.F32);
    CudaTensor newFirst = storage().tensor(shape, DType.F32);
    CudaTensor newSecond = storage().tensor(shape, DType.F32);
    var after = new Optimizer.State(newValue.address(), newFirst.address(), newSecond.address());
    optimizer.adamW(before, slope.address(), after, newValue.size(), step);
    return new Adapted(newValue, newFirst, newSecond);
  }
}
