package dev.arpg4j.cuda;

import static dev.arpg4j.cuda.DeviceOps.rows;
import static dev.arpg4j.cuda.DeviceOps.width;

import dev.arpg4j.cuda.kernel.RowNorms;
import dev.arpg4j.cuda.kernel.Rowwise;
import dev.arpg4j.tensor.LayerNormShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Ops.Normed;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** The norms of rows, and what adaptive layer norm adds to them. */
final class DeviceNorms {
  private final Storage storage;
  private final DeviceProducts products;
  private final RowNorms norms;
  private final Rowwise rowwise;

  DeviceNorms(Storage storage, DeviceProducts products) {
    this.storage = storage;
    this.products = products;
    this.norms = new RowNorms(storage.stream(), storage.element());
    this.rowwise = new Rowwise(storage.stream(), storage.element());
  }

  Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    Shape shape = OpShapes.rmsNorm(x, scale);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    norms.rmsNorm(
        in.address(),
        products.own(scale).address(),
        y.address(),
        rows(shape),
        width(shape),
        (float) epsilon);
    return y;
  }

  Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    Shape shape = OpShapes.addRmsNorm(x, delta, scale);
    CudaTensor left = storage.computed(x);
    CudaTensor right = storage.computed(delta);
    CudaTensor sum = storage.result(shape);
    CudaTensor y = storage.result(shape);
    norms.addRmsNorm(
        left.address(),
        right.address(),
        products.own(scale).address(),
        sum.address(),
        y.address(),
        rows(shape),
        width(shape),
        (float) epsilon);
    return new Normed(sum, y);
  }

  Tensor layerNorm(Tensor x, double epsilon) {
    Shape shape = LayerNormShapes.layerNorm(x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    norms.layerNorm(in.address(), y.address(), rows(shape), width(shape), (float) epsilon);
    return y;
  }

  Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    Shape shape = LayerNormShapes.layerNorm(x, scale, bias);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    norms.layerNorm(
        in.address(),
        products.own(scale).address(),
        products.own(bias).address(),
        y.address(),
        rows(shape),
        width(shape),
        (float) epsilon);
    return y;
  }

  Tensor l2Normalize(Tensor x, double epsilon) {
    Shape shape = OpShapes.l2Normalize(x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    norms.l2Normalize(in.address(), y.address(), rows(shape), width(shape), (float) epsilon);
    return y;
  }

  Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    Shape shape = LayerNormShapes.modulate(x, scale, shift);
    return joined(shape, x, scale, shift, rowwise::modulate);
  }

  Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    Shape shape = LayerNormShapes.addGated(x, branch, gate);
    return joined(shape, x, branch, gate, rowwise::addGated);
  }

  /** A launch over rows of x, and rows of which one may serve {@code share} of those. */
  @FunctionalInterface
  private interface Join {
    void launch(long x, long second, long third, long y, int rows, int width, int share);
  }

  /** Of x, [B, n, D]; {@code third} is [B, n, D], or [B, 1, D] for all rows of a sequence. */
  private Tensor joined(Shape shape, Tensor x, Tensor second, Tensor third, Join join) {
    int n = shape.dim(1);
    CudaTensor in = storage.computed(x);
    CudaTensor b = storage.computed(second);
    CudaTensor c = storage.computed(third);
    CudaTensor y = storage.result(shape);
    join.launch(
        in.address(),
        b.address(),
        c.address(),
        y.address(),
        rows(shape),
        width(shape),
        c.shape().dim(1) == n ? 1 : n);
    return y;
  }
}
