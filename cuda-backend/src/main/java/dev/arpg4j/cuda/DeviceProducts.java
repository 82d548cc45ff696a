package dev.arpg4j.cuda;

import dev.arpg4j.cuda.blas.MatrixProducts;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/** The ops that are matrix products, and what they multiply by. */
final class DeviceProducts implements AutoCloseable {
  private final Storage storage;
  private final MatrixProducts matrices;

  DeviceProducts(Storage storage) {
    this.storage = storage;
    this.matrices = new MatrixProducts(storage.stream(), storage.pool(), storage.element());
  }

  /**
   * This backend's view of a weight.
   *
   * @throws IllegalArgumentException if another backend made it
   */
  CudaWeight own(Weight weight) {
    if (weight instanceof CudaWeight own && own.owner() == storage) {
      return own;
    }
    throw new IllegalArgumentException(
        "weight '%s' was given to the cuda backend by another backend".formatted(weight.name()));
  }

  Tensor linear(Tensor x, Weight weight) {
    Shape shape = OpShapes.linear(x, weight);
    CudaTensor in = operand(x);
    CudaWeight matrix = own(weight);
    CudaTensor y = storage.result(shape);
    int inputs = weight.shape().dim(1);
    if (inputs == 0) {
      zero(y.lease());
    } else {
      matrices.linear(
          in.address(),
          matrix.address(),
          y.address(),
          Math.toIntExact(shape.rows()),
          shape.dim(-1),
          inputs);
    }
    return y;
  }

  List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    Shape shape = OpShapes.linearEach(x, weights);
    List<CudaWeight> matrices = weights.stream().map(this::own).toList();
    if (weights.size() == 1 || shape.size() == 0 || !sideBySide(matrices)) {
      return weights.stream().map(weight -> linear(x, weight)).toList();
    }
    return together(operand(x), matrices, shape);
  }

  private static boolean sideBySide(List<CudaWeight> weights) {
    CudaWeight first = weights.getFirst();
    boolean found = first.shape().dim(1) > 0;
    for (int i = 1; i < weights.size(); i++) {
      found &= weights.get(i).address() == first.address() + i * first.pitch();
    }
    return found;
  }

  /** One batched product, whose results share a block. */
  private List<Tensor> together(CudaTensor x, List<CudaWeight> weights, Shape shape) {
    CudaWeight first = weights.getFirst();
    int bytes = storage.element().bytes();
    long pitch = CudaWeight.aligned(shape.size() * bytes);
    Lease<DeviceBlock> lease = storage.lease(pitch * weights.size());
    List<Tensor> results = new ArrayList<>(weights.size());
    for (int i = 0; i < weights.size(); i++) {
      results.add(new CudaTensor(storage, shape, storage.computeType(), lease, i * pitch));
    }
    matrices.linearEach(
        x.address(),
        first.address(),
        lease.buffer().address(),
        Math.toIntExact(shape.rows()),
        shape.dim(-1),
        first.shape().dim(1),
        weights.size(),
        first.pitch() / bytes,
        pitch / bytes);
    return results;
  }

  Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    Shape shape = OpShapes.matmul(a, transposeA, b, transposeB);
    CudaTensor left = operand(a);
    CudaTensor right = operand(b);
    CudaTensor y = storage.result(shape);
    int inner = a.shape().dim(transposeA ? 1 : 2);
    if (inner == 0) {
      zero(y.lease());
    } else {
      matrices.batched(
          left.address(),
          transposeA,
          right.address(),
          transposeB,
          y.address(),
          shape.dim(0),
          shape.dim(1),
          inner,
          shape.dim(2));
    }
    return y;
  }

  Tensor linearBackward(Tensor dy, Weight weight) {
    Shape shape = GradientShapes.linearBackward(dy, weight);
    CudaTensor slope = operand(dy);
    CudaWeight matrix = own(weight);
    CudaTensor dx = storage.result(shape);
    int outputs = weight.shape().dim(0);
    if (outputs == 0) {
      zero(dx.lease());
    } else {
      matrices.linearBackward(
          slope.address(),
          matrix.address(),
          dx.address(),
          Math.toIntExact(shape.rows()),
          outputs,
          shape.dim(-1));
    }
    return dx;
  }

  /** In float32 whatever the compute type: it is a sum over all rows. */
  Tensor linearWeightBackward(Tensor x, Tensor dy) {
    Shape shape = GradientShapes.linearWeightBackward(x, dy);
    CudaTensor in = operand(x);
    CudaTensor slope = operand(dy);
    CudaTensor dw = storage.tensor(shape, DType.F32);
    int rows = Math.toIntExact(x.shape().rows());
    if (rows == 0) {
      zero(dw.lease());
    } else {
      matrices.linearWeightBackward(
          in.address(), slope.address(), dw.address(), rows, shape.dim(0), shape.dim(1));
    }
    return dw;
  }

  /** What multiplies, at addresses. */
  MatrixProducts matrices() {
    return matrices;
  }

  /**
   * An operand at an address that suits the library: a view that does not start there is copied.
   */
  CudaTensor operand(Tensor x) {
    CudaTensor in = storage.computed(x);
    if (in.address() % MatrixProducts.ALIGNMENT == 0) {
      return in;
    }
    CudaTensor copy = storage.tensor(in.shape(), in.dtype());
    storage.stream().onDevice(copy.address(), in.address(), in.bytes());
    return copy;
  }

  private void zero(Lease<DeviceBlock> lease) {
    DeviceBlock block = lease.buffer();
    storage.stream().fill(block.address(), 0, block.bytes() / Integer.BYTES);
  }

  @Override
  public void close() {
    matrices.close();
  }
}
