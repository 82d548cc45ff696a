package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.List;

/**
 * Cases of the gradients of activations and norms. An op of several results gives them one after
 * the other, flat, as a case has one.
 */
final class LayerGradientCases {
  private static final long SEED = 1;

  /** Of ARPG, and of RAR and VAR (VARIANTS.md 1.5, 4.4). */
  private static final double RMS_EPSILON = 1e-5;

  private static final double LAYER_EPSILON = 1e-6;

  private LayerGradientCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "siluBackward",
            List.of(
                silu(SEED, Shape.of(1), 1),
                silu(SEED, Shape.of(3, 17), 8),
                // beyond where e^|x| overflows a float
                silu(SEED, Shape.of(5, 33), 120),
                silu(SEED, Shape.of(2, 3, 65), 1e-6),
                silu(SEED, Shape.of(7, 129), 3),
                silu(SEED, Shape.of(0, 5), 1)),
            (sizes, seed) -> silu(seed, shape(sizes), Math.pow(10, sizes.between(-3, 2)))),
        new CaseFamily(
            "geluBackward",
            List.of(
                gelu(SEED, Shape.of(1), 1, false),
                gelu(SEED, Shape.of(3, 17), 8, false),
                gelu(SEED, Shape.of(5, 33), 120, false),
                gelu(SEED, Shape.of(2, 3, 65), 1e-6, false),
                gelu(SEED, Shape.of(7, 129), 3, false),
                gelu(SEED, Shape.of(0, 5), 1, false),
                gelu(SEED, Shape.of(1), 1, true),
                gelu(SEED, Shape.of(3, 17), 8, true),
                gelu(SEED, Shape.of(5, 33), 120, true),
                gelu(SEED, Shape.of(2, 3, 65), 1e-6, true),
                gelu(SEED, Shape.of(7, 129), 3, true)),
            (sizes, seed) ->
                gelu(seed, shape(sizes), Math.pow(10, sizes.between(-3, 2)), sizes.flip())),
        new CaseFamily(
            "swiGluBackward",
            List.of(
                swiGlu(SEED, Shape.of(1, 1), 1),
                swiGlu(SEED, Shape.of(3, 17), 8),
                swiGlu(SEED, Shape.of(2, 3, 65), 120),
                swiGlu(SEED, Shape.of(0, 5), 1),
                swiGlu(SEED, Shape.of(2, 64, 2816), 8).asLarge()),
            (sizes, seed) -> swiGlu(seed, shape(sizes), Math.pow(10, sizes.between(-3, 2)))),
        new CaseFamily(
            "rmsNormBackward",
            List.of(
                rmsNorm(SEED, Shape.of(1, 1), 1, DType.F32),
                rmsNorm(SEED, Shape.of(17), 1, DType.F32),
                rmsNorm(SEED, Shape.of(3, 33), 1000, DType.F32),
                rmsNorm(SEED, Shape.of(2, 3, 65), 1e-3, DType.BF16),
                rmsNorm(SEED, Shape.of(257, 9), 1, DType.F32),
                // so small that epsilon rules
                rmsNorm(SEED, Shape.of(2, 7), 1e-20, DType.F32),
                rmsNorm(SEED, Shape.of(0, 7), 1, DType.F32),
                rmsNorm(SEED, Shape.of(2, 64, 1024), 1, DType.F32).asLarge()),
            (sizes, seed) ->
                rmsNorm(
                    seed,
                    shape(sizes),
                    Math.pow(10, sizes.between(-3, 3)),
                    sizes.oneOf(DType.F32, DType.BF16))),
        new CaseFamily(
            "layerNormBackward",
            List.of(
                layerNorm(SEED, Shape.of(1, 1), 0, 1),
                layerNorm(SEED, Shape.of(17), 0, 1),
                layerNorm(SEED, Shape.of(3, 33), 500, 1000),
                layerNorm(SEED, Shape.of(2, 3, 65), 0, 1e-3),
                // a mean so large beside the deviation that mean(x²) - mean² has no digit left
                layerNorm(SEED, Shape.of(5, 40), 1000, 1),
                // so small that epsilon rules
                layerNorm(SEED, Shape.of(2, 7), 0, 1e-20),
                layerNorm(SEED, Shape.of(0, 7), 0, 1),
                layerNorm(SEED, Shape.of(2, 64, 1024), 0, 1).asLarge()),
            (sizes, seed) -> {
              double size = Math.pow(10, sizes.between(-3, 3));
              return layerNorm(seed, shape(sizes), size * sizes.between(-2, 2), size);
            }));
  }

  private static Shape shape(CaseFamily.Sizes sizes) {
    return Shape.of(sizes.between(1, 3), sizes.between(1, 7), sizes.between(1, 150));
  }

  private static OpCase silu(long seed, Shape shape, double size) {
    return OpCase.small(
        "siluBackward",
        "x %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          Drawn dy = inputs.reals(shape, 2);
          return new Prepared(
              ops -> ops.siluBackward(x.tensor(), dy.tensor()),
              bounds -> bounds.gradients().silu(x.values(), dy.values()));
        });
  }

  private static OpCase gelu(long seed, Shape shape, double size, boolean tanh) {
    return OpCase.small(
        "geluBackward",
        "x %s up to %s %s".formatted(shape, size, tanh ? "by tanh" : "exact"),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          Drawn dy = inputs.reals(shape, 2);
          return new Prepared(
              ops -> ops.geluBackward(x.tensor(), tanh, dy.tensor()),
              bounds -> bounds.gradients().gelu(x.values(), tanh, dy.values()));
        });
  }

  private static OpCase swiGlu(long seed, Shape shape, double size) {
    return OpCase.small(
        "swiGluBackward",
        "gate %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn gate = inputs.reals(shape, size);
          Drawn up = inputs.reals(shape, 2);
          Drawn dy = inputs.reals(shape, 1);
          return new Prepared(
              ops -> {
                GateGradients both = ops.swiGluBackward(gate.tensor(), up.tensor(), dy.tensor());
                return CaseInputs.inTurn(ops, both.gate(), both.up());
              },
              bounds ->
                  ErrorBound.joined(
                      (int) shape.size(),
                      List.of(
                          bounds.gradients().gate(gate.values(), up.values(), dy.values()),
                          bounds.swiGlu(gate.rows(), dy.rows(), gate.width()))));
        });
  }

  private static OpCase rmsNorm(long seed, Shape shape, double size, DType storage) {
    return OpCase.small(
        "rmsNormBackward",
        "x %s up to %s scale %s".formatted(shape, size, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          int width = x.width();
          DrawnWeight scale = inputs.weight(Shape.of(width), storage, 2, Weight.Use.ROWS);
          Drawn dy = inputs.reals(shape, 1);
          return new Prepared(
              ops -> {
                NormGradients both =
                    ops.rmsNormBackward(x.tensor(), scale.weight(), RMS_EPSILON, dy.tensor());
                return CaseInputs.inTurn(ops, both.x(), both.scale());
              },
              bounds ->
                  ErrorBound.joined(
                      List.of((int) shape.size(), width),
                      bounds
                          .gradients()
                          .norms()
                          .rms(x.values(), scale.largest(), RMS_EPSILON, dy.values(), width)));
        });
  }

  private static OpCase layerNorm(long seed, Shape shape, double mean, double size) {
    return OpCase.small(
        "layerNormBackward",
        "x %s about %s by %s".formatted(shape, mean, size),
        seed,
        inputs -> {
          Drawn x = inputs.drawn(shape, inputs.about(mean, (int) shape.size(), size));
          Drawn dy = inputs.reals(shape, 1);
          return new Prepared(
              ops -> ops.layerNormBackward(x.tensor(), LAYER_EPSILON, dy.tensor()),
              bounds ->
                  bounds
                      .gradients()
                      .norms()
                      .layer(x.values(), LAYER_EPSILON, dy.values(), x.width()));
        });
  }
}
