package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;

/** Cases of the gradients of products, tables and rows, and of what they are made of. */
final class GradientCases {
  private static final long SEED = 1;

  private GradientCases() {}

  static List<CaseFamily> families() {
    List<CaseFamily> families = new ArrayList<>(products());
    families.addAll(sums());
    families.addAll(rows());
    return families;
  }

  private static Shape shape(CaseFamily.Sizes sizes) {
    return Shape.of(sizes.between(1, 3), sizes.between(1, 7), sizes.between(1, 150));
  }

  // ---- products

  private static List<CaseFamily> products() {
    return List.of(
        new CaseFamily(
            "value",
            List.of(
                value(SEED, Shape.of(1), DType.F32),
                value(SEED, Shape.of(17), DType.BF16),
                value(SEED, Shape.of(5, 33), DType.F32),
                value(SEED, Shape.of(9, 7), DType.BF16)),
            (sizes, seed) ->
                value(
                    seed,
                    Shape.of(sizes.between(1, 40), sizes.between(1, 70)),
                    sizes.oneOf(DType.F32, DType.BF16))),
        ProductCases.byWeights(
            "linearBackward",
            new int[][] {
              {1, 1, 1},
              {1, 1, 17},
              {1, 17, 1},
              {3, 7, 9},
              {5, 15, 16},
              {8, 31, 33},
              {17, 100, 65},
              {2, 3, 513},
              {0, 8, 8}
            },
            new int[][] { // ARPG-L: a projection, and the second half of the feed-forward
              {2, 64, 1024, 1024},
              {2, 28, 2816, 1024}
            },
            GradientCases::linear),
        new CaseFamily(
            "linearWeightBackward",
            List.of(
                linearWeight(SEED, Shape.of(1), 1, 1),
                linearWeight(SEED, Shape.of(1), 17, 33),
                linearWeight(SEED, Shape.of(5), 1, 9),
                linearWeight(SEED, Shape.of(2, 3), 33, 5),
                linearWeight(SEED, Shape.of(7, 19), 15, 17),
                linearWeight(SEED, Shape.of(64), 65, 31),
                linearWeight(SEED, Shape.of(1031), 3, 2),
                linearWeight(SEED, Shape.of(0), 4, 3),
                linearWeight(SEED, Shape.of(), 7, 3),
                linearWeight(SEED, Shape.of(2, 128), 1024, 1024).asLarge()),
            (sizes, seed) ->
                linearWeight(
                    seed,
                    Shape.of(sizes.between(1, 5), sizes.between(1, 40)),
                    sizes.between(1, 90),
                    sizes.between(1, 90))));
  }

  private static OpCase value(long seed, Shape shape, DType storage) {
    return OpCase.small(
        "value",
        "weight %s %s".formatted(shape, storage),
        seed,
        inputs -> {
          DrawnWeight weight = inputs.weight(shape, storage, 1, Weight.Use.PANELS);
          return new Prepared(ops -> ops.value(weight.weight()), ErrorBounds::copy);
        });
  }

  private static OpCase linear(long seed, Shape rows, int inner, int outer, DType storage) {
    return OpCase.small(
        "linearBackward",
        "dy %s weight [%d, %d] %s".formatted(rows.append(outer), outer, inner, storage),
        seed,
        inputs -> {
          Drawn dy = inputs.reals(rows.append(outer), 1);
          DrawnWeight weight = inputs.matrix(inner, outer, storage);
          return new Prepared(
              ops -> ops.linearBackward(dy.tensor(), weight.weight()),
              bounds -> bounds.gradients().linear(dy.rows(), weight.largest(), inner, outer));
        });
  }

  private static OpCase linearWeight(long seed, Shape rows, int inner, int outer) {
    return OpCase.small(
        "linearWeightBackward",
        "x %s dy %s".formatted(rows.append(inner), rows.append(outer)),
        seed,
        inputs -> {
          Drawn x = inputs.reals(rows.append(inner), 1);
          Drawn dy = inputs.reals(rows.append(outer), 1);
          int count = (int) rows.size();
          return new Prepared(
              ops -> ops.linearWeightBackward(x.tensor(), dy.tensor()),
              bounds -> bounds.gradients().linearWeight(x.columns(), dy.columns(), count));
        });
  }

  // ---- sums

  private static List<CaseFamily> sums() {
    return List.of(
        new CaseFamily(
            "sumColumns",
            List.of(
                sumColumns(SEED, Shape.of(1)),
                sumColumns(SEED, Shape.of(17)),
                sumColumns(SEED, Shape.of(1, 33)),
                sumColumns(SEED, Shape.of(3, 1)),
                sumColumns(SEED, Shape.of(2, 3, 65)),
                sumColumns(SEED, Shape.of(1031, 7)),
                sumColumns(SEED, Shape.of(0, 7)),
                sumColumns(SEED, Shape.of(2, 256, 1024)).asLarge()),
            (sizes, seed) -> sumColumns(seed, shape(sizes))),
        new CaseFamily(
            "mulRows",
            List.of(
                mulRows(SEED, Shape.of(1)),
                mulRows(SEED, Shape.of(17)),
                mulRows(SEED, Shape.of(3, 1)),
                mulRows(SEED, Shape.of(5, 33)),
                mulRows(SEED, Shape.of(2, 3, 65)),
                mulRows(SEED, Shape.of(0, 7)),
                mulRows(SEED, Shape.of(2, 64, 1024)).asLarge()),
            (sizes, seed) -> mulRows(seed, shape(sizes))),
        new CaseFamily(
            "scatterAdd",
            List.of(
                scatterAdd(SEED, Shape.of(1, 1, 1), Shape.of(1), 1),
                // more rows than places, and fewer
                scatterAdd(SEED, Shape.of(2, 9, 7), Shape.of(9), 4),
                scatterAdd(SEED, Shape.of(2, 3, 33), Shape.of(3), 17),
                // images' own places, several branches
                scatterAdd(SEED, Shape.of(4, 5, 3), Shape.of(2, 5), 6),
                scatterAdd(SEED, Shape.of(6, 7, 17), Shape.of(3, 7), 5),
                // all to one place
                scatterAdd(SEED, Shape.of(1, 513, 5), Shape.of(513), 1),
                scatterAdd(SEED, Shape.of(3, 4), Shape.of(4), 3),
                scatterAdd(SEED, Shape.of(2, 3, 2, 5), Shape.of(3), 4),
                scatterAdd(SEED, Shape.of(2, 0, 3), Shape.of(0), 2),
                scatterAdd(SEED, Shape.of(2, 0, 3), Shape.of(0), 0),
                // an embedding table's gradient
                scatterAdd(SEED, Shape.of(1, 512, 1024), Shape.of(512), 16384).asLarge()),
            (sizes, seed) -> {
              int images = sizes.between(1, 3);
              int n = sizes.between(1, 9);
              Shape index = sizes.flip() ? Shape.of(n) : Shape.of(images, n);
              Shape x = Shape.of(2 * images, n, sizes.between(1, 40));
              return scatterAdd(seed, x, index, sizes.between(1, 9));
            }));
  }

  private static OpCase sumColumns(long seed, Shape shape) {
    return OpCase.small(
        "sumColumns",
        "x " + shape,
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          int rows = (int) shape.rows();
          return new Prepared(
              ops -> ops.sumColumns(x.tensor()),
              bounds -> bounds.gradients().sumColumns(x.columns(), rows));
        });
  }

  private static OpCase mulRows(long seed, Shape shape) {
    return OpCase.small(
        "mulRows",
        "x " + shape,
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          Drawn factor = inputs.reals(shape.dropLast(), 3);
          return new Prepared(ops -> ops.mulRows(x.tensor(), factor.tensor()), ErrorBounds::mul);
        });
  }

  private static OpCase scatterAdd(long seed, Shape shape, Shape index, int rows) {
    return OpCase.small(
        "scatterAdd",
        "x %s index %s to %d rows".formatted(shape, index, rows),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          int[] places = inputs.ids((int) index.size(), 0, rows);
          Tensor drawn = inputs.backend().ints(index, places);
          return new Prepared(
              ops -> ops.scatterAdd(x.tensor(), drawn, rows),
              bounds -> bounds.gradients().scatterAdd(x.values(), shape, places, rows));
        });
  }

  // ---- rows

  private static List<CaseFamily> rows() {
    return List.of(
        new CaseFamily(
            "softmaxBackward",
            List.of(
                softmax(SEED, Shape.of(1), 1),
                softmax(SEED, Shape.of(17), 1),
                softmax(SEED, Shape.of(3, 2), 4),
                softmax(SEED, Shape.of(2, 3, 65), 4),
                // one entry takes all
                softmax(SEED, Shape.of(5, 33), 1e4),
                softmax(SEED, Shape.of(2, 1001), 4),
                softmax(SEED, Shape.of(0, 7), 1),
                softmax(SEED, Shape.of(2, 16, 16384), 8).asLarge()),
            (sizes, seed) -> softmax(seed, shape(sizes), Math.pow(10, sizes.between(-2, 3)))),
        new CaseFamily(
            "crossEntropyBackward",
            List.of(
                crossEntropy(SEED, Shape.of(1), 1, 1),
                crossEntropy(SEED, Shape.of(), 7, 1),
                crossEntropy(SEED, Shape.of(3), 2, 4),
                crossEntropy(SEED, Shape.of(2, 3), 33, 4),
                crossEntropy(SEED, Shape.of(5), 65, 1e4),
                crossEntropy(SEED, Shape.of(2, 2), 1001, 4),
                crossEntropy(SEED, Shape.of(0), 7, 1),
                crossEntropy(SEED, Shape.of(2, 16), 16384, 8).asLarge()),
            (sizes, seed) ->
                crossEntropy(
                    seed,
                    Shape.of(sizes.between(1, 3), sizes.between(1, 5)),
                    sizes.between(1, 300),
                    Math.pow(10, sizes.between(-2, 3)))));
  }

  private static OpCase softmax(long seed, Shape shape, double size) {
    return OpCase.small(
        "softmaxBackward",
        "y %s of logits up to %s".formatted(shape, size),
        seed,
        inputs -> {
          double[] y = distributions(inputs.symmetric((int) shape.size(), size), shape.dim(-1));
          Drawn drawn = inputs.drawn(shape, y);
          Drawn dy = inputs.reals(shape, 1);
          return new Prepared(
              ops -> ops.softmaxBackward(drawn.tensor(), dy.tensor()),
              bounds -> bounds.gradients().softmax(y, dy.values(), dy.width()));
        });
  }

  /** The softmax of each row, as floats. */
  private static double[] distributions(double[] logits, int width) {
    double[] y = new double[logits.length];
    for (int row = 0; row < y.length; row += width) {
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int at = row; at < row + width; at++) {
        largest = Math.max(largest, logits[at]);
      }
      for (int at = row; at < row + width; at++) {
        y[at] = StrictMath.exp(logits[at] - largest);
        sum += y[at];
      }
      for (int at = row; at < row + width; at++) {
        y[at] = (float) (y[at] / sum);
      }
    }
    return y;
  }

  private static OpCase crossEntropy(long seed, Shape rows, int width, double size) {
    Shape shape = rows.append(width);
    return OpCase.small(
        "crossEntropyBackward",
        "logits %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn logits = inputs.reals(shape, size);
          int[] ids = inputs.ids((int) rows.size(), 0, width);
          Tensor targets = inputs.backend().ints(rows, ids);
          Drawn dy = inputs.reals(rows, 1);
          return new Prepared(
              ops -> ops.crossEntropyBackward(logits.tensor(), targets, dy.tensor()),
              bounds -> bounds.gradients().crossEntropy(logits.rows(), ids, dy.values(), width));
        });
  }
}
