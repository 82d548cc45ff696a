package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Linear;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/** Products by weights, and of matrices by each other. */
final class Products {
  private final VectorBackend backend;
  private final Split split;

  Products(VectorBackend backend, Split split) {
    this.backend = backend;
    this.split = split;
  }

  Tensor linear(Tensor x, Weight weight) {
    return multiply(OpShapes.linear(x, weight), x, List.of(weight)).getFirst();
  }

  List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    return multiply(OpShapes.linearEach(x, weights), x, weights);
  }

  /**
   * The products of x by each weight.
   *
   * @param shape of each
   */
  private List<Tensor> multiply(Shape shape, Tensor x, List<Weight> weights) {
    VectorTensor in = backend.own(x);
    int outputs = shape.dim(-1);
    List<Tensor> results = new ArrayList<>();
    List<Linear.Product> products = new ArrayList<>();
    for (Weight weight : weights) {
      VectorTensor y = backend.result(shape);
      results.add(y);
      products.add(new Linear.Product(backend.own(weight).panels(), y.floats(), 0, outputs));
    }
    int inputs = x.shape().dim(-1);
    int rows = Math.toIntExact(shape.rows());
    Linear.multiply(split.workers(), products, in.floats(), in.offset(), inputs, rows);
    return results;
  }

  Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    VectorTensor y = backend.result(OpShapes.matmul(a, transposeA, b, transposeB));
    new BatchedProduct(backend.own(a), transposeA, backend.own(b), transposeB, y)
        .run(split, backend.pool());
    return y;
  }
}
