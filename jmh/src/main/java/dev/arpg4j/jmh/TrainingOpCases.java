package dev.arpg4j.jmh;

import dev.arpg4j.jmh.TrainingOps.Results;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.AdamWOperands;
import dev.arpg4j.tensor.cases.AttentionOperands;
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

  private TrainingOpCases() {}

  private static Shape rows(int width) {
    return Shape.of(IMAGES, CELLS, width);
  }

  private static OpCase ofRows(String op, int width, OpCase.Recipe recipe) {
    return MeasuredOp.opCase(op, "rows " + rows(width), recipe);
  }

  // ---- linear

  private static DrawnWeight matrix(CaseInputs inputs) {
    return inputs.matrix(CONFIG.dim(), CONFIG.innerDim(), DType.F32);
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

  private static AttentionOperands memory(CaseInputs inputs) {
    int[] ends = IntStream.rangeClosed(1, CELLS).toArray();
    return new AttentionOperands(
        inputs.reals(rows(CONFIG.dim()), 2),
        inputs.reals(rows(CONFIG.dim()), 2),
        inputs.reals(rows(CONFIG.dim()), 2),
        ends,
        inputs.backend().ints(Shape.of(CELLS), ends),
        new AttentionExtents(IMAGES, CELLS, CELLS, CONFIG.heads(), CONFIG.headDim()));
  }

  static OpCase attention() {
    return ofRows(
        "attention",
        CONFIG.dim(),
        inputs -> {
          AttentionOperands in = memory(inputs);
          return new Prepared(in::attention, in::bound);
        });
  }

  static OpCase attentionBackward(Results results) {
    return ofRows(
        "attentionBackward",
        CONFIG.dim(),
        inputs -> {
          AttentionOperands in = memory(inputs);
          Drawn dy = inputs.reals(rows(CONFIG.dim()), 1);
          return new Prepared(
              ops -> {
                AttentionGradients all = in.backward(ops, dy);
                return results.of(ops, all.q(), all.k(), all.v());
              },
              bounds -> in.bound(bounds, dy));
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

  /** Step 100. */
  static OpCase adamW(Results results) {
    Shape shape = Shape.of(CONFIG.innerDim(), CONFIG.dim());
    return MeasuredOp.opCase(
        "adamW",
        "of " + shape,
        inputs -> {
          AdamWOperands in = AdamWOperands.draw(inputs, shape, 1e-3, 100, 1);
          return new Prepared(
              ops -> {
                Adapted all = in.adamW(ops);
                return results.of(ops, all.value(), all.first(), all.second());
              },
              in::bound);
        });
  }
}
