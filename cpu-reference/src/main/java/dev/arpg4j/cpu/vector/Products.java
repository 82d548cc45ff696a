package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.PanelTiles.PANEL;

import dev.arpg4j.cpu.kernel.Linear;
import dev.arpg4j.cpu.kernel.RowProduct;
import dev.arpg4j.cpu.kernel.WeightGradient;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Products by weights and what their gradients are made of, and of matrices by each other. */
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

  /** dx = dy · W: the rows of W are the panels of a product as they are, but for their width. */
  Tensor linearBackward(Tensor dy, Weight weight) {
    VectorTensor dx = backend.result(GradientShapes.linearBackward(dy, weight));
    VectorTensor upper = backend.own(dy);
    VectorWeight matrix = backend.own(weight);
    int depth = weight.shape().dim(0);
    int columns = weight.shape().dim(1);
    int panels = Math.ceilDiv(columns, PANEL);
    int rows = Math.toIntExact(dx.shape().rows());
    float[] packed = backend.pool().floats((long) panels * depth * PANEL);
    split.over(
        panels,
        weight.shape().size(),
        (from, to) -> {
          for (int panel = from; panel < to; panel++) {
            int count = Math.min(PANEL, columns - panel * PANEL);
            int at = panel * depth * PANEL;
            if (count < PANEL) {
              Arrays.fill(packed, at, at + depth * PANEL, 0);
            }
            matrix.copyColumns(panel * PANEL, count, packed, at, PANEL);
          }
        });
    RowProduct.multiply(
        split.workers(), packed, upper.floats(), upper.offset(), rows, depth, dx.floats(), columns);
    backend.pool().release(packed);
    return dx;
  }

  Tensor linearWeightBackward(Tensor x, Tensor dy) {
    VectorTensor dw = backend.result(GradientShapes.linearWeightBackward(x, dy));
    VectorTensor in = backend.own(x);
    VectorTensor upper = backend.own(dy);
    new WeightGradient(
            in.floats(),
            in.offset(),
            dw.shape().dim(1),
            upper.floats(),
            upper.offset(),
            dw.shape().dim(0),
            Math.toIntExact(x.shape().rows()),
            dw.floats())
        .run(split.workers());
    return dw;
  }
}
