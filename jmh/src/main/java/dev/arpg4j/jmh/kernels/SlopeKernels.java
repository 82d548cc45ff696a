package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.NormBackward;
import dev.arpg4j.cuda.kernel.Optimizer;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.GradientBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;

/**
 * What training says row by row, of operands and results that are all rows [B·n, D] or [B·n, F]:
 * gradients of activations and of layer norm, dropout, powers and the optimizer's step.
 */
final class SlopeKernels {
  /** As in the published models, and exactly a float. */
  private static final float EPSILON = 1e-6f;

  private static final AdamWStep STEP = new AdamWStep(4e-4, 0.9, 0.95, 1e-8, 0.05, 0.5, 0.25, 0.75);

  private SlopeKernels() {}

  @FunctionalInterface
  private interface Op {
    List<Tensor> say(Backend oracle, List<Tensor> operands);
  }

  @FunctionalInterface
  private interface Bound {
    List<ErrorBound> of(List<double[]> operands);
  }

  /** Rows of one width, some of which the oracle computes. */
  private static Prepared rows(
      Sizes at,
      String widthLetter,
      int operations,
      List<Operand> operands,
      List<Output> outputs,
      Op op,
      Bound bound,
      Runnable launch) {
    int width = at.of(widthLetter);
    int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
    Shape shape = Shape.of(picks.length, width);
    return Prepared.of(
        operands,
        operations * at.product("B", "n", widthLetter),
        outputs,
        oracle -> {
          List<double[]> picked =
              operands.stream().map(operand -> operand.rows(width, picks)).toList();
          List<Tensor> said =
              op.say(oracle, picked.stream().map(each -> oracle.tensor(shape, each)).toList());
          List<ErrorBound> bounds = bound.of(picked);
          List<Proof.Part> parts = new ArrayList<>();
          for (int i = 0; i < outputs.size(); i++) {
            double[] expected = said.get(i).toDoubles();
            parts.add(Proof.rows(outputs.get(i), width, picks, expected, bounds.get(i)));
          }
          return parts;
        },
        new Version("vectors", launch));
  }

  private static Entrywise entries(Workbench bench) {
    return new Entrywise(bench.launcher(), bench.element());
  }

  private static GradientBounds bounds(Workbench bench) {
    return bench.bounds().gradients();
  }

  static Prepared siluBackward(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    return slope(
        bench,
        at,
        9,
        (oracle, in) -> List.of(oracle.siluBackward(in.get(0), in.get(1))),
        in -> List.of(bounds(bench).silu(in.get(0), in.get(1))),
        entries::siluBackward);
  }

  static Prepared geluBackward(Workbench bench, Sizes at) {
    return geluBackward(bench, at, 11, false);
  }

  static Prepared geluTanhBackward(Workbench bench, Sizes at) {
    return geluBackward(bench, at, 17, true);
  }

  private static Prepared geluBackward(Workbench bench, Sizes at, int operations, boolean tanh) {
    Entrywise entries = entries(bench);
    return slope(
        bench,
        at,
        operations,
        (oracle, in) -> List.of(oracle.geluBackward(in.get(0), tanh, in.get(1))),
        in -> List.of(bounds(bench).gelu(in.get(0), tanh, in.get(1))),
        (x, dy, dx, size) -> entries.geluBackward(x, tanh, dy, dx, size));
  }

  static Prepared layerNormBackward(Workbench bench, Sizes at) {
    NormBackward norms = new NormBackward(bench.launcher(), bench.element());
    int width = at.of("D");
    return slope(
        bench,
        at,
        13,
        (oracle, in) -> List.of(oracle.layerNormBackward(in.get(0), EPSILON, in.get(1))),
        in -> List.of(bounds(bench).norms().layer(in.get(0), EPSILON, in.get(1), width)),
        (x, dy, dx, size) -> norms.layerNorm(x, dy, dx, at.count("B", "n"), width, EPSILON));
  }

  @FunctionalInterface
  private interface Slope {
    void launch(long x, long dy, long dx, long size);
  }

  /** The gradient of an op of one operand. */
  private static Prepared slope(
      Workbench bench, Sizes at, int operations, Op op, Bound bound, Slope slope) {
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Operand dy = bench.reals(x.size(), 1);
    Output dx = bench.output(x.size());
    return rows(
        at,
        "D",
        operations,
        List.of(x, dy),
        List.of(dx),
        op,
        bound,
        () -> slope.launch(x.address(), dy.address(), dx.address(), x.size()));
  }

  static Prepared swiGluBackward(Workbench bench, Sizes at) {
    Operand gate = bench.reals(at.product("B", "n", "F"), 4);
    Operand up = bench.reals(gate.size(), 4);
    Operand dy = bench.reals(gate.size(), 1);
    Output dGate = bench.output(gate.size());
    Output dUp = bench.output(gate.size());
    Entrywise entries = entries(bench);
    int width = at.of("F");
    return rows(
        at,
        "F",
        15,
        List.of(gate, up, dy),
        List.of(dGate, dUp),
        (oracle, in) -> {
          GateGradients said = oracle.swiGluBackward(in.get(0), in.get(1), in.get(2));
          return List.of(said.gate(), said.up());
        },
        in ->
            List.of(
                bounds(bench).gate(in.get(0), in.get(1), in.get(2)),
                bench
                    .bounds()
                    .swiGlu(
                        Magnitude.ofRows(in.get(0), width),
                        Magnitude.ofRows(in.get(2), width),
                        width)),
        () ->
            entries.swiGluBackward(
                gate.address(),
                up.address(),
                dy.address(),
                dGate.address(),
                dUp.address(),
                gate.size()));
  }

  static Prepared dropout(Workbench bench, Sizes at) {
    double probability = 0.1;
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Operand uniform = bench.units(x.size());
    Output y = bench.output(x.size());
    Entrywise entries = entries(bench);
    return rows(
        at,
        "D",
        2,
        List.of(x, uniform),
        List.of(y),
        (oracle, in) -> List.of(oracle.dropout(in.get(0), probability, in.get(1))),
        in -> List.of(bounds(bench).training().dropout(in.get(0), probability, in.get(1))),
        () -> entries.dropout(x.address(), uniform.address(), y.address(), probability, x.size()));
  }

  /** One by the root of numbers about 8. */
  static Prepared power(Workbench bench, Sizes at) {
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Output y = bench.output(x.size());
    Entrywise entries = entries(bench);
    return rows(
        at,
        "D",
        2,
        List.of(x),
        List.of(y),
        (oracle, in) -> List.of(oracle.power(in.get(0), 8, -0.5)),
        in -> List.of(bounds(bench).training().power(in.get(0), 8, -0.5)),
        () -> entries.power(x.address(), 8, -0.5f, y.address(), x.size()));
  }

  /** Of float32 numbers, whatever the element. */
  static Prepared adamW(Workbench bench, Sizes at) {
    Operand value = bench.floats(at.product("B", "n", "D"), 0.1);
    Operand gradient = bench.floats(value.size(), 1);
    Operand first = bench.floats(value.size(), 1);
    Operand second = bench.units(value.size());
    List<Output> outputs =
        List.of(
            bench.output(value.size(), Kind.F32),
            bench.output(value.size(), Kind.F32),
            bench.output(value.size(), Kind.F32));
    Optimizer optimizer = new Optimizer(bench.launcher());
    return rows(
        at,
        "D",
        16,
        List.of(value, gradient, first, second),
        outputs,
        (oracle, in) -> {
          Adapted said = oracle.adamW(in.get(0), in.get(1), in.get(2), in.get(3), STEP);
          return List.of(said.value(), said.first(), said.second());
        },
        in ->
            bench
                .floatBounds()
                .gradients()
                .training()
                .adamW(in.get(0), in.get(1), in.get(2), in.get(3), STEP),
        () ->
            optimizer.adamW(
                new Optimizer.State(value.address(), first.address(), second.address()),
                gradient.address(),
                new Optimizer.State(
                    outputs.get(0).address(), outputs.get(1).address(), outputs.get(2).address()),
                value.size(),
                STEP));
  }

  /** Of float32 numbers, whatever the element. */
  static Prepared roundSingles(Workbench bench, Sizes at) {
    Operand x = bench.floats(at.product("B", "n", "D"), 4);
    Output y = bench.output(x.size(), Kind.F32);
    Entrywise entries = entries(bench);
    return rows(
        at,
        "D",
        0,
        List.of(x),
        List.of(y),
        (oracle, in) -> {
          double[] rounded = in.get(0).toDoubles();
          for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Bf16.widen(Bf16.narrow((float) rounded[i]));
          }
          return List.of(oracle.tensor(in.get(0).shape(), rounded));
        },
        in -> List.of(ErrorBound.exact()),
        () -> entries.roundSingles(x.address(), y.address(), x.size()));
  }
}
