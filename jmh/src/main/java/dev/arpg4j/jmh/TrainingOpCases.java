package dev.arpg4j.jmh;

import dev.arpg4j.jmh.TrainingOps.Results;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.AttentionGradientBounds;
import dev.arpg4j.tensor.cases.CaseInputs;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.List;
import java.util.stream.IntStream;

/** The ops of {@link TrainingOps}: eight images at the sizes of the embedded model. */
final class TrainingOpCases {
  private static final ArpgConfig CONFIG = EmbeddedModel.checkpoint().config();
  private static final int IMAGES = 8;
  private static final int CELLS = CONFIG.grid().cells();
  private static final int ROWS = IMAGES * CELLS;
  private static final double FACTOR = 1 / Math.sqrt(CONFIG.headDim());
  private static final AttentionExtents EXTENTS =
      new AttentionExtents(IMAGES, CELLS, CELLS, CONFIG.heads(), CONFIG.headDim());

  private TrainingOpCases() {}

  private static Shape rows(int width) {
    return Shape.of(IMAGES, CELLS, width);
  }

  private static OpCase ofRows(String op, int width, OpCase.Recipe recipe) {
    return MeasuredOp.opCase(op, "rows " + rows(width), recipe);
  }

  // ---- linear

  private static DrawnWeight matrix(CaseInputs inputs) {
    double scale = 1 / Math.sqrt(CONFIG.dim());
    Shape shape = Shape.of(CONFIG.innerDim(), CONFIG.dim());
    return inputs.weight(shape, DType.F32, scale, Weight.Use.PANELS);
  }

  static OpCase linear() {
    return ofRows(
        "linear",
        CONFIG.dim(),
        inputs -> {
          Drawn x = inputs.reals(rows(CONFIG.dim()), 1);
          DrawnWeight weight = matrix(inputs);
          return new Prepared(
              ops -> ops.linear(x.tensor(), weight.weight()),
              bounds -> bounds.linear(x.rows(), weight.largest(), CONFIG.dim(), CONFIG.innerDim()));
        });
  }

  static OpCase linearBackward(Results results) {
    return ofRows(
        "linearBackward",
        CONFIG.innerDim(),
        inputs -> {
          Drawn x = inputs.reals(rows(CONFIG.dim()), 1);
          Drawn dy = inputs.reals(rows(CONFIG.innerDim()), 1);
          DrawnWeight weight = matrix(inputs);
          return new Prepared(
              ops ->
                  results.of(
                      ops,
                      ops.linearBackward(dy.tensor(), weight.weight()),
                      ops.linearWeightBackward(x.tensor(), dy.tensor())),
              bounds ->
                  ErrorBound.joined(
                      List.of(x.values().length, CONFIG.dim() * CONFIG.innerDim()),
                      List.of(
                          bounds
                              .gradients()
                              .linear(dy.rows(), weight.largest(), CONFIG.dim(), CONFIG.innerDim()),
                          bounds.gradients().linearWeight(x.columns(), dy.columns(), ROWS))));
        });
  }

  // ---- attention

  /** As operands are drawn for both. */
  private record Memory(Drawn q, Drawn k, Drawn v, int[] ends, Tensor visibleEnd) {
    static Memory draw(CaseInputs inputs) {
      int[] ends = IntStream.rangeClosed(1, CELLS).toArray();
      return new Memory(
          inputs.reals(rows(CONFIG.dim()), 2),
          inputs.reals(rows(CONFIG.dim()), 2),
          inputs.reals(rows(CONFIG.dim()), 2),
          ends,
          inputs.backend().ints(Shape.of(CELLS), ends));
    }
  }

  static OpCase attention() {
    return ofRows(
        "attention",
        CONFIG.dim(),
        inputs -> {
          Memory in = Memory.draw(inputs);
          int width = CONFIG.headDim();
          return new Prepared(
              ops ->
                  ops.attention(
                      in.q.tensor(),
                      in.k.tensor(),
                      in.v.tensor(),
                      in.visibleEnd,
                      CONFIG.heads(),
                      FACTOR),
              bounds ->
                  bounds.attention(
                      in.q.rows(width), in.k.rows(width), in.v.rows(width), EXTENTS, FACTOR));
        });
  }

  static OpCase attentionBackward(Results results) {
    return ofRows(
        "attentionBackward",
        CONFIG.dim(),
        inputs -> {
          Memory in = Memory.draw(inputs);
          Drawn dy = inputs.reals(rows(CONFIG.dim()), 1);
          return new Prepared(
              ops -> {
                AttentionGradients all =
                    ops.attentionBackward(
                        in.q.tensor(),
                        in.k.tensor(),
                        in.v.tensor(),
                        in.visibleEnd,
                        CONFIG.heads(),
                        FACTOR,
                        dy.tensor());
                return results.of(ops, all.q(), all.k(), all.v());
              },
              bounds ->
                  ErrorBound.joined(
                      dy.values().length,
                      bounds
                          .gradients()
                          .attention()
                          .of(
                              new AttentionGradientBounds.Operands(
                                  in.q.values(),
                                  in.k.values(),
                                  in.v.values(),
                                  in.ends,
                                  dy.values(),
                                  EXTENTS,
                                  FACTOR))));
        });
  }

  // ---- rows

  private static DrawnWeight scale(CaseInputs inputs) {
    return inputs.weight(Shape.of(CONFIG.dim()), DType.F32, 1, Weight.Use.ROWS);
  }

  static OpCase rmsNorm() {
    return ofRows(
        "rmsNorm",
        CONFIG.dim(),
        inputs -> {
          Drawn x = inputs.reals(rows(CONFIG.dim()), 1);
          DrawnWeight scale = scale(inputs);
          return new Prepared(
              ops -> ops.rmsNorm(x.tensor(), scale.weight(), CONFIG.normEpsilon()),
              bounds -> bounds.rmsNorm(CONFIG.dim()));
        });
  }

  static OpCase rmsNormBackward(Results results) {
    return ofRows(
        "rmsNormBackward",
        CONFIG.dim(),
        inputs -> {
          Drawn x = inputs.reals(rows(CONFIG.dim()), 1);
          DrawnWeight scale = scale(inputs);
          Drawn dy = inputs.reals(rows(CONFIG.dim()), 1);
          double epsilon = CONFIG.normEpsilon();
          return new Prepared(
              ops -> {
                NormGradients both =
                    ops.rmsNormBackward(x.tensor(), scale.weight(), epsilon, dy.tensor());
                return results.of(ops, both.x(), both.scale());
              },
              bounds ->
                  ErrorBound.joined(
                      List.of(x.values().length, CONFIG.dim()),
                      bounds
                          .gradients()
                          .norms()
                          .rms(x.values(), scale.largest(), epsilon, dy.values(), CONFIG.dim())));
        });
  }

  static OpCase swiGlu() {
    return ofRows(
        "swiGlu",
        CONFIG.innerDim(),
        inputs -> {
          Drawn gate = inputs.reals(rows(CONFIG.innerDim()), 4);
          Drawn up = inputs.reals(rows(CONFIG.innerDim()), 4);
          return new Prepared(
              ops -> ops.swiGlu(gate.tensor(), up.tensor()),
              bounds -> bounds.swiGlu(gate.rows(), up.rows(), CONFIG.innerDim()));
        });
  }

  static OpCase swiGluBackward(Results results) {
    return ofRows(
        "swiGluBackward",
        CONFIG.innerDim(),
        inputs -> {
          Drawn gate = inputs.reals(rows(CONFIG.innerDim()), 4);
          Drawn up = inputs.reals(rows(CONFIG.innerDim()), 4);
          Drawn dy = inputs.reals(rows(CONFIG.innerDim()), 1);
          return new Prepared(
              ops -> {
                GateGradients both = ops.swiGluBackward(gate.tensor(), up.tensor(), dy.tensor());
                return results.of(ops, both.gate(), both.up());
              },
              bounds ->
                  ErrorBound.joined(
                      dy.values().length,
                      List.of(
                          bounds.gradients().gate(gate.values(), up.values(), dy.values()),
                          bounds.swiGlu(gate.rows(), dy.rows(), CONFIG.innerDim()))));
        });
  }

  // ---- the loss

  static OpCase crossEntropy() {
    return ofRows(
        "crossEntropy",
        CONFIG.vocabulary(),
        inputs -> {
          Drawn logits = inputs.reals(rows(CONFIG.vocabulary()), 4);
          int[] ids = inputs.ids(ROWS, 0, CONFIG.vocabulary());
          Tensor targets = inputs.backend().ints(Shape.of(IMAGES, CELLS), ids);
          return new Prepared(
              ops -> ops.crossEntropy(logits.tensor(), targets),
              bounds -> bounds.crossEntropy(logits.rows(), CONFIG.vocabulary()));
        });
  }

  static OpCase crossEntropyBackward() {
    return ofRows(
        "crossEntropyBackward",
        CONFIG.vocabulary(),
        inputs -> {
          Drawn logits = inputs.reals(rows(CONFIG.vocabulary()), 4);
          int[] ids = inputs.ids(ROWS, 0, CONFIG.vocabulary());
          Tensor targets = inputs.backend().ints(Shape.of(IMAGES, CELLS), ids);
          Drawn dy = inputs.reals(Shape.of(IMAGES, CELLS), 1);
          return new Prepared(
              ops -> ops.crossEntropyBackward(logits.tensor(), targets, dy.tensor()),
              bounds ->
                  bounds
                      .gradients()
                      .crossEntropy(logits.rows(), ids, dy.values(), CONFIG.vocabulary()));
        });
  }

  // ---- the optimizer

  /** Step 100 by the settings of VARIANTS.md 1.6. */
  static OpCase adamW(Results results) {
    Shape shape = Shape.of(CONFIG.innerDim(), CONFIG.dim());
    int count = Math.toIntExact(shape.size());
    AdamWStep step =
        new AdamWStep(
            4e-4, 0.9, 0.95, 1e-8, 0.05, 1 - Math.pow(0.9, 100), 1 - Math.pow(0.95, 100), 1);
    return MeasuredOp.opCase(
        "adamW",
        "of " + shape,
        inputs -> {
          Drawn value = inputs.reals(shape, 0.1);
          Drawn gradient = inputs.reals(shape, 1e-3);
          Drawn first = inputs.reals(shape, 1e-3);
          double[] squares = inputs.symmetric(count, 1e-3);
          for (int at = 0; at < count; at++) {
            squares[at] = (float) (squares[at] * squares[at]);
          }
          Drawn second = inputs.drawn(shape, squares);
          return new Prepared(
              ops -> {
                Adapted all =
                    ops.adamW(
                        value.tensor(), gradient.tensor(), first.tensor(), second.tensor(), step);
                return results.of(ops, all.value(), all.first(), all.second());
              },
              bounds ->
                  ErrorBound.joined(
                      count,
                      bounds
                          .gradients()
                          .training()
                          .adamW(
                              value.values(), gradient.values(), first.values(), squares, step)));
        });
  }
}
