package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Reductions;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;

/** Ops that look at whole rows [B·n, V] or [B·n, D]. */
final class ReductionKernels {
  private static final int SOFTMAX = 5;
  private static final int CROSS_ENTROPY = 4;

  private ReductionKernels() {}

  static Prepared softmax(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("V");
    Operand x = bench.reals(at.product("B", "n", "V"), 4);
    Output y = bench.output(x.size());
    Reductions reductions = reductions(bench);
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(x),
        SOFTMAX * x.size(),
        List.of(y),
        oracle -> {
          double[] picked = x.rows(width, picks);
          Tensor said = oracle.softmax(oracle.tensor(Shape.of(picks.length, width), picked));
          return List.of(
              Proof.rows(
                  y,
                  width,
                  picks,
                  said.toDoubles(),
                  bench.bounds().softmax(Magnitude.ofRows(picked, width), width)));
        },
        new Version(
            "block a row", () -> reductions.softmax(x.address(), y.address(), rows, width)));
  }

  static Prepared sumRows(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 2);
    Output y = bench.output(rows, Kind.F32);
    Reductions reductions = reductions(bench);
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(x),
        x.size(),
        List.of(y),
        oracle -> {
          double[] picked = x.rows(width, picks);
          Tensor said = oracle.sumRows(oracle.tensor(Shape.of(picks.length, width), picked));
          return List.of(
              Proof.rows(
                  y,
                  1,
                  picks,
                  said.toDoubles(),
                  bench.floatBounds().sumRows(Magnitude.ofRows(picked, width), width)));
        },
        new Version(
            "block a row", () -> reductions.sumRows(x.address(), y.address(), rows, width)));
  }

  /** The mean of all entries; the oracle adds up all of them. */
  static Prepared mean(Workbench bench, Sizes at) {
    int count = at.count("B", "n", "D");
    Operand x = bench.reals(count, 2);
    Output y = bench.output(1, Kind.F32);
    long scratch = bench.scratch(Reductions.meanScratchBytes());
    Reductions reductions = reductions(bench);
    return Prepared.of(
        List.of(x),
        count,
        List.of(y),
        oracle -> {
          double[] all = x.all();
          Tensor said = oracle.mean(oracle.tensor(Shape.of(count), all));
          return List.of(
              Proof.rows(
                  y,
                  1,
                  new int[] {0},
                  said.toDoubles(),
                  bench.floatBounds().mean(Magnitude.ofRows(all, count), count)));
        },
        new Version("two stages", () -> reductions.mean(x.address(), y.address(), count, scratch)));
  }

  static Prepared crossEntropy(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("V");
    Operand logits = bench.reals(at.product("B", "n", "V"), 4);
    Operand targets = bench.indices(rows, width);
    Output y = bench.output(rows, Kind.F32);
    Reductions reductions = reductions(bench);
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(logits, targets),
        CROSS_ENTROPY * logits.size(),
        List.of(y),
        oracle -> {
          double[] picked = logits.rows(width, picks);
          int[] ids = new int[picks.length];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) targets.values().at(picks[i]);
          }
          Tensor said =
              oracle.crossEntropy(
                  oracle.tensor(Shape.of(picks.length, width), picked),
                  oracle.ints(Shape.of(picks.length), ids));
          return List.of(
              Proof.rows(
                  y,
                  1,
                  picks,
                  said.toDoubles(),
                  bench.floatBounds().crossEntropy(Magnitude.ofRows(picked, width), width)));
        },
        new Version(
            "block a row",
            () ->
                reductions.crossEntropy(
                    logits.address(), targets.address(), y.address(), rows, width, bench.fault())));
  }

  private static Reductions reductions(Workbench bench) {
    return new Reductions(bench.launcher(), bench.element());
  }
}
