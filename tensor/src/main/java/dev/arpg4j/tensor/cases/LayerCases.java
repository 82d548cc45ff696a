package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.List;

/** Cases of what layers with layer norm say: addBias, gelu, layerNorm, modulate, addGated. */
final class LayerCases {
  private static final long SEED = 1;

  /** Of RAR and VAR (VARIANTS.md 4.4, 4.5). */
  private static final double EPSILON = 1e-6;

  private LayerCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "addBias",
            List.of(
                addBias(SEED, Shape.of(1), DType.F32),
                addBias(SEED, Shape.of(17), DType.F32),
                addBias(SEED, Shape.of(3, 1), DType.F32),
                addBias(SEED, Shape.of(2, 3, 33), DType.BF16),
                addBias(SEED, Shape.of(0, 7), DType.F32),
                addBias(SEED, Shape.of(2, 64, 3072), DType.F32).asLarge()),
            (sizes, seed) -> addBias(seed, rows(sizes), sizes.oneOf(DType.F32, DType.BF16))),
        new CaseFamily(
            "gelu",
            List.of(
                gelu(SEED, Shape.of(1), 1, false),
                gelu(SEED, Shape.of(3, 17), 8, false),
                gelu(SEED, Shape.of(5, 33), 120, false),
                gelu(SEED, Shape.of(2, 3, 65), 1e-6, false),
                gelu(SEED, Shape.of(7, 129), 3, false),
                gelu(SEED, Shape.of(1), 1, true),
                gelu(SEED, Shape.of(3, 17), 8, true),
                gelu(SEED, Shape.of(5, 33), 120, true),
                gelu(SEED, Shape.of(2, 3, 65), 1e-6, true),
                gelu(SEED, Shape.of(7, 129), 3, true),
                gelu(SEED, Shape.of(2, 64, 3072), 4, false).asLarge(),
                gelu(SEED, Shape.of(2, 64, 3072), 4, true).asLarge()),
            (sizes, seed) ->
                gelu(seed, rows(sizes), Math.pow(10, sizes.between(-3, 2)), sizes.flip())),
        new CaseFamily("layerNorm", layerNorms(), LayerCases::layerNorm),
        new CaseFamily(
            "modulate",
            List.of(
                modulate(SEED, Shape.of(1, 1, 1), 1),
                modulate(SEED, Shape.of(2, 5, 17), 1),
                modulate(SEED, Shape.of(2, 5, 17), 5),
                modulate(SEED, Shape.of(3, 2, 33), 1),
                modulate(SEED, Shape.of(0, 5, 7), 1),
                modulate(SEED, Shape.of(2, 0, 7), 1),
                modulate(SEED, Shape.of(2, 64, 1024), 1).asLarge()),
            (sizes, seed) -> {
              Shape x = rows(sizes);
              return modulate(seed, x, sizes.flip() ? 1 : x.dim(1));
            }),
        new CaseFamily(
            "addGated",
            List.of(
                addGated(SEED, Shape.of(1, 1, 1), 1),
                addGated(SEED, Shape.of(2, 5, 17), 1),
                addGated(SEED, Shape.of(2, 5, 17), 5),
                addGated(SEED, Shape.of(3, 2, 33), 1),
                addGated(SEED, Shape.of(0, 5, 7), 1),
                addGated(SEED, Shape.of(2, 0, 7), 1),
                addGated(SEED, Shape.of(2, 64, 1024), 1).asLarge()),
            (sizes, seed) -> {
              Shape x = rows(sizes);
              return addGated(seed, x, sizes.flip() ? 1 : x.dim(1));
            }));
  }

  private static Shape rows(CaseFamily.Sizes sizes) {
    return Shape.of(sizes.between(1, 3), sizes.between(1, 7), sizes.between(1, 150));
  }

  private static OpCase addBias(long seed, Shape shape, DType storage) {
    return OpCase.small(
        "addBias",
        "x %s bias %s".formatted(shape, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          DrawnWeight bias = inputs.weight(Shape.of(x.width()), storage, 2, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.addBias(x.tensor(), bias.weight()),
              bounds -> bounds.add(x.rows(), bias.largest(), x.width()));
        });
  }

  private static OpCase gelu(long seed, Shape shape, double size, boolean tanh) {
    return OpCase.small(
        "gelu",
        "x %s up to %s %s".formatted(shape, size, tanh ? "by tanh" : "exact"),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          return new Prepared(
              ops -> ops.gelu(x.tensor(), tanh),
              bounds -> bounds.layers().gelu(x.rows(), x.width(), tanh));
        });
  }

  private static List<OpCase> layerNorms() {
    return List.of(
        layerNorm(SEED, Shape.of(1, 1), 0, 1),
        layerNorm(SEED, Shape.of(17), 0, 1),
        layerNorm(SEED, Shape.of(3, 33), 500, 1000),
        layerNorm(SEED, Shape.of(2, 3, 65), 0, 1e-3),
        // a mean so large beside the deviation that mean(x²) - mean² has no digit left
        layerNorm(SEED, Shape.of(5, 40), 1000, 1),
        // so small that epsilon rules
        layerNorm(SEED, Shape.of(2, 7), 0, 1e-20),
        layerNorm(SEED, Shape.of(0, 7), 0, 1),
        layerNorm(SEED, Shape.of(2, 64, 1024), 0, 1).asLarge(),
        affine(SEED, Shape.of(1, 1), 0, 1, DType.F32),
        affine(SEED, Shape.of(17), 0, 1, DType.F32),
        affine(SEED, Shape.of(3, 33), 500, 1000, DType.F32),
        affine(SEED, Shape.of(2, 3, 65), 0, 1e-3, DType.BF16),
        affine(SEED, Shape.of(5, 40), 1000, 1, DType.F32),
        affine(SEED, Shape.of(2, 7), 0, 1e-20, DType.F32),
        affine(SEED, Shape.of(0, 7), 0, 1, DType.F32),
        affine(SEED, Shape.of(2, 64, 768), 0, 1, DType.F32).asLarge());
  }

  private static OpCase layerNorm(CaseFamily.Sizes sizes, long seed) {
    double size = Math.pow(10, sizes.between(-3, 3));
    double mean = size * sizes.between(-2, 2);
    return sizes.flip()
        ? layerNorm(seed, rows(sizes), mean, size)
        : affine(seed, rows(sizes), mean, size, sizes.oneOf(DType.F32, DType.BF16));
  }

  private static OpCase layerNorm(long seed, Shape shape, double mean, double size) {
    return OpCase.small(
        "layerNorm",
        "x %s about %s by %s".formatted(shape, mean, size),
        seed,
        inputs -> {
          Drawn x = inputs.drawn(shape, inputs.about(mean, (int) shape.size(), size));
          return new Prepared(
              ops -> ops.layerNorm(x.tensor(), EPSILON),
              bounds -> bounds.layers().layerNorm(x.values(), x.width(), EPSILON));
        });
  }

  private static OpCase affine(long seed, Shape shape, double mean, double size, DType storage) {
    return OpCase.small(
        "layerNorm",
        "x %s about %s by %s scale %s".formatted(shape, mean, size, storage),
        seed,
        inputs -> {
          Drawn x = inputs.drawn(shape, inputs.about(mean, (int) shape.size(), size));
          Shape row = Shape.of(x.width());
          DrawnWeight scale = inputs.weight(row, storage, 2, Weight.Use.ROWS);
          DrawnWeight bias = inputs.weight(row, storage, 1, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.layerNorm(x.tensor(), scale.weight(), bias.weight(), EPSILON),
              bounds ->
                  bounds
                      .layers()
                      .layerNorm(x.values(), x.width(), scale.largest(), bias.largest(), EPSILON));
        });
  }

  /**
   * Cases of x [B, n, D].
   *
   * @param rows of each sequence of the scale and the shift
   */
  private static OpCase modulate(long seed, Shape shape, int rows) {
    Shape each = shape.with(1, rows);
    return OpCase.small(
        "modulate",
        "x %s scale %s".formatted(shape, each),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 3);
          Drawn scale = inputs.reals(each, 1);
          Drawn shift = inputs.reals(each, 2);
          return new Prepared(
              ops -> ops.modulate(x.tensor(), scale.tensor(), shift.tensor()),
              bounds -> bounds.layers().modulate(x.rows(), scale.rows(), shift.rows(), x.width()));
        });
  }

  private static OpCase addGated(long seed, Shape shape, int rows) {
    Shape each = shape.with(1, rows);
    return OpCase.small(
        "addGated",
        "x %s gate %s".formatted(shape, each),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 3);
          Drawn branch = inputs.reals(shape, 1);
          Drawn gate = inputs.reals(each, 2);
          return new Prepared(
              ops -> ops.addGated(x.tensor(), branch.tensor(), gate.tensor()),
              bounds -> bounds.layers().addGated(x.rows(), branch.rows(), gate.rows(), x.width()));
        });
  }
}
