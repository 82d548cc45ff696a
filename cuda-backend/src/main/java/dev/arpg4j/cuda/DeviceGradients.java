package dev.arpg4j.cuda;

import static dev.arpg4j.cuda.DeviceOps.rows;
import static dev.arpg4j.cuda.DeviceOps.width;

import dev.arpg4j.cuda.kernel.AttentionBackward;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.NormBackward;
import dev.arpg4j.cuda.kernel.Reductions;
import dev.arpg4j.cuda.kernel.RowSums;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** Gradients that look at more than one entry: sums over rows, norms, losses and attention. */
final class DeviceGradients {
  private final Storage storage;
  private final DeviceProducts products;
  private final RowSums sums;
  private final NormBackward norms;
  private final Reductions reductions;
  private final AttentionBackward attention;

  DeviceGradients(Storage storage, DeviceProducts products) {
    this.storage = storage;
    this.products = products;
    this.sums = new RowSums(storage.stream(), storage.element());
    this.norms = new NormBackward(storage.stream(), storage.element());
    this.reductions = new Reductions(storage.stream(), storage.element());
    this.attention = new AttentionBackward(storage.stream(), storage.element());
  }

  Tensor sumColumns(Tensor x) {
    Shape shape = GradientShapes.sumColumns(x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.tensor(shape, DType.F32);
    int rows = rows(x.shape());
    DeviceBlock scratch = storage.scratch(RowSums.scratchBytes(rows, shape.dim(0)));
    try {
      sums.sumColumns(in.address(), y.address(), rows, shape.dim(0), scratch.address());
    } finally {
      scratch.giveBack();
    }
    return y;
  }

  Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    Shape shape = GradientShapes.scatterAdd(x, index, rows);
    CudaTensor in = storage.computed(x);
    Index places = storage.index(index);
    CudaTensor y = storage.result(shape);
    int inner = 1;
    for (int axis = 2; axis < shape.rank(); axis++) {
      inner = Math.multiplyExact(inner, shape.dim(axis));
    }
    sums.scatterAdd(
        in.address(),
        places,
        y.address(),
        shape.dim(0),
        x.shape().dim(1),
        rows,
        inner,
        storage.fault());
    return y;
  }

  NormGradients rmsNorm(Tensor x, Weight scale, double epsilon, Tensor dy) {
    Shape shape = GradientShapes.rmsNormBackward(x, scale, dy);
    int rows = rows(shape);
    int width = width(shape);
    CudaTensor in = storage.computed(x);
    CudaTensor slope = storage.computed(dy);
    CudaTensor dx = storage.result(shape);
    CudaTensor dScale = storage.tensor(scale.shape(), DType.F32);
    DeviceBlock inverse = storage.scratch((long) rows * Float.BYTES);
    try {
      norms.rmsNorm(
          in.address(),
          products.own(scale).address(),
          slope.address(),
          dx.address(),
          inverse.address(),
          rows,
          width,
          (float) epsilon);
      DeviceBlock scratch = storage.scratch(RowSums.scratchBytes(rows, width));
      try {
        sums.normScale(
            in.address(),
            slope.address(),
            inverse.address(),
            dScale.address(),
            rows,
            width,
            scratch.address());
      } finally {
        scratch.giveBack();
      }
    } finally {
      inverse.giveBack();
    }
    return new NormGradients(dx, dScale);
  }

  Tensor layerNorm(Tensor x, double epsilon, Tensor dy) {
    Shape shape = GradientShapes.alike("layerNormBackward", x, dy);
    CudaTensor in = storage.computed(x);
    CudaTensor slope = storage.computed(dy);
    CudaTensor dx = storage.result(shape);
    norms.layerNorm(
        in.address(), slope.address(), dx.address(), rows(shape), width(shape), (float) epsilon);
    return dx;
  }

  Tensor crossEntropy(Tensor logits, Tensor targets, Tensor dy) {
    Shape shape = GradientShapes.crossEntropyBackward(logits, targets, dy);
    CudaTensor in = storage.computed(logits);
    CudaTensor slope = storage.single(dy);
    long places = storage.own(targets).address();
    CudaTensor dx = storage.result(shape);
    reductions.crossEntropyBackward(
        in.address(),
        places,
        slope.address(),
        dx.address(),
        rows(shape),
        width(shape),
        storage.fault());
    return dx;
  }

  AttentionGradients attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    GradientShapes.attentionBackward(q, k, v, visibleEnd, heads, dy);
    CudaTensor dq = storage.result(q.shape());
    CudaTensor dk = storage.result(k.shape());
    CudaTensor dv = storage.result(v.shape());
    var operands =
        new AttentionBackward.Operands(
            storage.computed(q).address(),
            storage.computed(k).address(),
            storage.computed(v).address(),
            storage.index(visibleEnd),
            (float) factor,
            storage.computed(dy).address());
    var gradients = new AttentionBackward.Gradients(dq.address(), dk.address(), dv.address());
    Shape rows = q.shape();
    var extents =
        new AttentionBackward.Extents(
            rows.dim(0), rows.dim(1), k.shape().dim(1), heads, rows.dim(2) / heads);
    DeviceBlock scratch = storage.scratch(AttentionBackward.scratchBytes(extents));
    try {
      attention.backward(operands, gradients, extents, scratch.address(), storage.fault());
    } finally {
      scratch.giveBack();
    }
    return new AttentionGradients(dq, dk, dv);
  }
}
