package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.Arrays;
import java.util.List;

/** Cases of the ops that copy: embed, gather, concat, slice, reshape. */
final class RowCases {
  private static final long SEED = 1;

  private RowCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "embed",
            List.of(
                embed(SEED, 1, 1, Shape.of(1), DType.F32),
                embed(SEED, 7, 17, Shape.of(5), DType.F32),
                embed(SEED, 19, 33, Shape.of(2, 3), DType.BF16),
                embed(SEED, 5, 8, Shape.of(0), DType.F32),
                embed(SEED, 17387, 1024, Shape.of(2, 28), DType.BF16).asLarge()),
            (sizes, seed) ->
                embed(
                    seed,
                    sizes.between(1, 40),
                    sizes.between(1, 70),
                    Shape.of(sizes.between(1, 3), sizes.between(1, 9)),
                    sizes.oneOf(DType.F32, DType.BF16))),
        new CaseFamily(
            "gather",
            List.of(
                gather(SEED, Shape.of(1, 1, 1), Shape.of(1), DType.F32),
                gather(SEED, Shape.of(2, 5, 7), Shape.of(9), DType.F32),
                gather(SEED, Shape.of(4, 5, 3), Shape.of(2, 3), DType.F32),
                gather(SEED, Shape.of(4, 6), Shape.of(2, 6), DType.I32),
                gather(SEED, Shape.of(2, 3, 2, 5), Shape.of(4), DType.F32)),
            (sizes, seed) -> {
              int images = sizes.between(1, 3);
              int n = sizes.between(1, 9);
              Shape index = sizes.flip() ? Shape.of(n) : Shape.of(images, n);
              Shape x = Shape.of(2 * images, sizes.between(1, 9), sizes.between(1, 20));
              return gather(seed, x, index, sizes.oneOf(DType.F32, DType.I32));
            }),
        new CaseFamily(
            "concat",
            List.of(
                concat(SEED, Shape.of(3), 0, 1, 2),
                concat(SEED, Shape.of(2, 1, 5), 1, 3, 1, 4),
                concat(SEED, Shape.of(2, 3, 1), 2, 5, 17),
                concat(SEED, Shape.of(1, 3), 0, 0, 2)),
            (sizes, seed) ->
                concat(
                    seed,
                    Shape.of(sizes.between(1, 4), sizes.between(1, 4), sizes.between(1, 20)),
                    sizes.between(0, 2),
                    sizes.between(1, 5),
                    sizes.between(1, 5))),
        new CaseFamily(
            "slice",
            List.of(
                slice(SEED, Shape.of(5), 0, 1, 4),
                slice(SEED, Shape.of(4, 3), 0, 1, 3),
                slice(SEED, Shape.of(2, 5, 7), 1, 2, 5),
                slice(SEED, Shape.of(2, 3, 17), 2, 5, 16),
                slice(SEED, Shape.of(2, 3), 1, 2, 2)),
            (sizes, seed) -> {
              int[] dims = {sizes.between(1, 5), sizes.between(1, 5), sizes.between(1, 20)};
              int axis = sizes.between(0, 2);
              int from = sizes.between(0, dims[axis] - 1);
              return slice(seed, Shape.of(dims), axis, from, sizes.between(from, dims[axis]));
            }),
        new CaseFamily(
            "reshape",
            List.of(
                reshape(SEED, Shape.of(2, 3, 5), Shape.of(6, 5)),
                reshape(SEED, Shape.of(4), Shape.of(2, 1, 2)),
                reshape(SEED, Shape.of(1, 1), Shape.of())),
            (sizes, seed) -> {
              int outer = sizes.between(1, 6);
              int middle = sizes.between(1, 6);
              int inner = sizes.between(1, 20);
              return reshape(seed, Shape.of(outer, middle, inner), Shape.of(middle * outer, inner));
            }));
  }

  private static OpCase embed(long seed, int rows, int width, Shape ids, DType storage) {
    return OpCase.small(
        "embed",
        "table [%d, %d] %s ids %s".formatted(rows, width, storage, ids),
        seed,
        inputs -> {
          DrawnWeight table = inputs.weight(Shape.of(rows, width), storage, 1, Weight.Use.ROWS);
          Tensor drawn = inputs.ids(ids, 0, rows);
          return new Prepared(ops -> ops.embed(table.weight(), drawn), ErrorBounds::copy);
        });
  }

  private static OpCase gather(long seed, Shape x, Shape index, DType dtype) {
    return OpCase.small(
        "gather",
        "x %s %s index %s".formatted(x, dtype, index),
        seed,
        inputs -> {
          Tensor from = dtype == DType.I32 ? inputs.ids(x, -9, 99) : inputs.reals(x, 1).tensor();
          Tensor drawn = inputs.ids(index, 0, x.dim(1));
          return new Prepared(ops -> ops.gather(from, drawn), ErrorBounds::copy);
        });
  }

  private static OpCase concat(long seed, Shape like, int axis, int... extents) {
    return OpCase.small(
        "concat",
        "parts like %s of %s on axis %d".formatted(like, Arrays.toString(extents), axis),
        seed,
        inputs -> {
          Tensor[] parts = new Tensor[extents.length];
          for (int i = 0; i < parts.length; i++) {
            parts[i] = inputs.reals(like.with(axis, extents[i]), 1).tensor();
          }
          return new Prepared(ops -> ops.concat(axis, parts), ErrorBounds::copy);
        });
  }

  private static OpCase slice(long seed, Shape shape, int axis, int from, int to) {
    return OpCase.small(
        "slice",
        "x %s axis %d from %d to %d".formatted(shape, axis, from, to),
        seed,
        inputs -> {
          Tensor x = inputs.reals(shape, 1).tensor();
          return new Prepared(ops -> ops.slice(x, axis, from, to), ErrorBounds::copy);
        });
  }

  private static OpCase reshape(long seed, Shape from, Shape to) {
    return OpCase.small(
        "reshape",
        from + " to " + to,
        seed,
        inputs -> {
          Tensor x = inputs.reals(from, 1).tensor();
          return new Prepared(ops -> ops.reshape(x, to), ErrorBounds::copy);
        });
  }
}
