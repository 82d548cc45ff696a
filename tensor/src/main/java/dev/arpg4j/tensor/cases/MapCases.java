package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.List;

/** Cases of the elementwise ops and the norm. */
final class MapCases {
  private static final long SEED = 1;
  private static final double EPSILON = 1e-5;

  private MapCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "add",
            List.of(
                add(SEED, Shape.of(1), Shape.of(1)),
                add(SEED, Shape.of(3, 17), Shape.of(3, 17)),
                add(SEED, Shape.of(2, 3, 33), Shape.of(33)),
                add(SEED, Shape.of(2, 3, 5), Shape.of(3, 5)),
                add(SEED, Shape.of(2, 3, 7), Shape.of(1)),
                add(SEED, Shape.of(2, 0, 7), Shape.of(7)),
                add(SEED, Shape.of(2, 28, 1024), Shape.of(2, 28, 1024)).asLarge()),
            (sizes, seed) -> {
              Shape a = shape(sizes);
              return add(seed, a, repeated(sizes, a));
            }),
        new CaseFamily(
            "mul",
            List.of(
                mul(SEED, Shape.of(1), Shape.of(1)),
                mul(SEED, Shape.of(3, 17), Shape.of(3, 17)),
                mul(SEED, Shape.of(2, 3, 33), Shape.of(33)),
                mul(SEED, Shape.of(2, 3, 7), Shape.of(1))),
            (sizes, seed) -> {
              Shape a = shape(sizes);
              return mul(seed, a, repeated(sizes, a));
            }),
        new CaseFamily(
            "scale",
            List.of(
                scale(SEED, Shape.of(1), -1),
                scale(SEED, Shape.of(3, 17), 1 / 3.0),
                scale(SEED, Shape.of(2, 3, 65), 0)),
            (sizes, seed) -> scale(seed, shape(sizes), sizes.between(-9, 9) / 7.0)),
        new CaseFamily(
            "silu",
            List.of(
                silu(SEED, Shape.of(1), 1),
                silu(SEED, Shape.of(3, 17), 8),
                // beyond where e^|x| overflows a float
                silu(SEED, Shape.of(5, 33), 120),
                silu(SEED, Shape.of(2, 3, 65), 1e-6)),
            (sizes, seed) -> silu(seed, shape(sizes), Math.pow(10, sizes.between(-3, 2)))),
        new CaseFamily(
            "swiGlu",
            List.of(
                swiGlu(SEED, Shape.of(1, 1), 1),
                swiGlu(SEED, Shape.of(3, 17), 8),
                swiGlu(SEED, Shape.of(2, 3, 65), 120),
                swiGlu(SEED, Shape.of(0, 5), 1),
                swiGlu(SEED, Shape.of(2, 4, 2816), 8).asLarge()),
            (sizes, seed) -> swiGlu(seed, shape(sizes), Math.pow(10, sizes.between(-3, 2)))),
        new CaseFamily(
            "rmsNorm",
            List.of(
                rmsNorm(SEED, Shape.of(1, 1), 1, DType.F32),
                rmsNorm(SEED, Shape.of(17), 1, DType.F32),
                rmsNorm(SEED, Shape.of(3, 33), 1000, DType.F32),
                rmsNorm(SEED, Shape.of(2, 3, 65), 1e-3, DType.BF16),
                // so small that epsilon rules
                rmsNorm(SEED, Shape.of(2, 7), 1e-20, DType.F32),
                rmsNorm(SEED, Shape.of(0, 7), 1, DType.F32),
                rmsNorm(SEED, Shape.of(2, 28, 1024), 1, DType.F32).asLarge()),
            (sizes, seed) ->
                rmsNorm(
                    seed,
                    shape(sizes),
                    Math.pow(10, sizes.between(-3, 3)),
                    sizes.oneOf(DType.F32, DType.BF16))));
  }

  private static Shape shape(CaseFamily.Sizes sizes) {
    return Shape.of(sizes.between(1, 3), sizes.between(1, 7), sizes.between(1, 150));
  }

  /** A shape that repeats over {@code a}: all of it, a suffix, or [1]. */
  private static Shape repeated(CaseFamily.Sizes sizes, Shape a) {
    return sizes.oneOf(a, Shape.of(a.dim(1), a.dim(2)), Shape.of(a.dim(2)), Shape.of(1));
  }

  private static OpCase add(long seed, Shape shape, Shape repeated) {
    return OpCase.small(
        "add",
        "a %s b %s".formatted(shape, repeated),
        seed,
        inputs -> {
          Drawn a = inputs.reals(shape, 1);
          Drawn b = inputs.reals(repeated, 1);
          return new Prepared(
              ops -> ops.add(a.tensor(), b.tensor()),
              bounds -> bounds.add(a.rows(), b.rows(), a.width()));
        });
  }

  private static OpCase mul(long seed, Shape shape, Shape repeated) {
    return OpCase.small(
        "mul",
        "a %s b %s".formatted(shape, repeated),
        seed,
        inputs -> {
          Drawn a = inputs.reals(shape, 1);
          Drawn b = inputs.reals(repeated, 1);
          return new Prepared(ops -> ops.mul(a.tensor(), b.tensor()), ErrorBounds::mul);
        });
  }

  private static OpCase scale(long seed, Shape shape, double factor) {
    return OpCase.small(
        "scale",
        "x %s factor %s".formatted(shape, factor),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          return new Prepared(ops -> ops.scale(x.tensor(), factor), ErrorBounds::scale);
        });
  }

  private static OpCase silu(long seed, Shape shape, double size) {
    return OpCase.small(
        "silu",
        "x %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          return new Prepared(
              ops -> ops.silu(x.tensor()), bounds -> bounds.silu(x.rows(), x.width()));
        });
  }

  private static OpCase swiGlu(long seed, Shape shape, double size) {
    return OpCase.small(
        "swiGlu",
        "gate %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn gate = inputs.reals(shape, size);
          Drawn up = inputs.reals(shape, 2);
          return new Prepared(
              ops -> ops.swiGlu(gate.tensor(), up.tensor()),
              bounds -> bounds.swiGlu(gate.rows(), up.rows(), gate.width()));
        });
  }

  private static OpCase rmsNorm(long seed, Shape shape, double size, DType storage) {
    return OpCase.small(
        "rmsNorm",
        "x %s up to %s scale %s".formatted(shape, size, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          DrawnWeight scale = inputs.weight(Shape.of(x.width()), storage, 2, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.rmsNorm(x.tensor(), scale.weight(), EPSILON),
              bounds -> bounds.rmsNorm(x.width()));
        });
  }
}
