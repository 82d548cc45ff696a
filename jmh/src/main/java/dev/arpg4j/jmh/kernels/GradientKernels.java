package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.AttentionBackward;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.NormBackward;
import dev.arpg4j.cuda.kernel.Reductions;
import dev.arpg4j.cuda.kernel.RowSums;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.AttentionGradientBounds;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;
import java.util.stream.IntStream;

/** Gradients that add up rows, or keys: of what many rows share, of losses and of attention. */
final class GradientKernels {
  /** As in the published models, and exactly a float. */
  private static final float EPSILON = 1e-5f;

  /** Columns of sums over all rows that the oracle computes. */
  private static final int COLUMNS = 64;

  private static final long CHECKED_OPERATIONS = 500_000_000;

  private GradientKernels() {}

  static Prepared sumColumns(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 2);
    Output y = bench.output(width, Kind.F32);
    long scratch = bench.scratch(RowSums.scratchBytes(rows, width));
    RowSums sums = new RowSums(bench.launcher(), bench.element());
    int checked = Math.min(COLUMNS, width);
    return Prepared.of(
        List.of(x),
        x.size(),
        List.of(y),
        oracle -> {
          double[] some = x.firsts(rows, width, checked);
          Tensor said = oracle.sumColumns(oracle.tensor(Shape.of(rows, checked), some));
          ErrorBound bound =
              bench
                  .floatBounds()
                  .gradients()
                  .sumColumns(Magnitude.ofColumns(some, rows, checked), rows);
          return List.of(Proof.rows(y, checked, new int[] {0}, said.toDoubles(), bound));
        },
        new Version(
            "two stages", () -> sums.sumColumns(x.address(), y.address(), rows, width, scratch)));
  }

  /** The rows of a micro-batch to the table that they were looked up in. */
  static Prepared scatterAdd(Workbench bench, Sizes at) {
    int n = at.count("B", "n");
    int rows = at.of("V");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 1);
    Operand index = bench.indices(n, rows);
    Output y = bench.output(at.product("V", "D"));
    RowSums sums = new RowSums(bench.launcher(), bench.element());
    int checked = Math.min(COLUMNS, width);
    return Prepared.of(
        List.of(x, index),
        x.size(),
        List.of(y),
        oracle -> {
          Shape shape = Shape.of(1, n, checked);
          double[] some = x.firsts(n, width, checked);
          int[] places = index.integers();
          Tensor said =
              oracle.scatterAdd(oracle.tensor(shape, some), oracle.ints(Shape.of(n), places), rows);
          ErrorBound bound = bench.bounds().gradients().scatterAdd(some, shape, places, rows);
          long[] starts = IntStream.range(0, rows).mapToLong(row -> (long) row * width).toArray();
          return List.of(new Proof.Part(y, starts, checked, said.toDoubles(), bound));
        },
        new Version(
            "block a place",
            () ->
                sums.scatterAdd(
                    x.address(),
                    new Index(index.address(), 1),
                    y.address(),
                    1,
                    n,
                    rows,
                    width,
                    bench.fault())));
  }

  /** By rows and by the scale, of which the oracle computes all. */
  static Prepared rmsNormBackward(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Operand scale = bench.floats(width, 2);
    Operand dy = bench.reals(x.size(), 1);
    Output dx = bench.output(x.size());
    Output dScale = bench.output(width, Kind.F32);
    long inverse = bench.scratch((long) rows * Float.BYTES);
    long scratch = bench.scratch(RowSums.scratchBytes(rows, width));
    NormBackward norms = new NormBackward(bench.launcher(), bench.element());
    RowSums sums = new RowSums(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(x, scale, dy),
        11 * x.size(),
        List.of(dx, dScale),
        oracle -> {
          Shape shape = Shape.of(rows, width);
          double[] all = x.all();
          double[] slopes = dy.all();
          NormGradients said =
              oracle.rmsNormBackward(
                  oracle.tensor(shape, all),
                  NormKernels.weight(oracle, scale),
                  EPSILON,
                  oracle.tensor(shape, slopes));
          Magnitude scales = Magnitude.ofRows(scale.all(), width);
          ErrorBound ofX =
              bench.bounds().gradients().norms().rms(all, scales, EPSILON, slopes, width).get(0);
          ErrorBound ofScale =
              bench
                  .floatBounds()
                  .gradients()
                  .norms()
                  .rms(all, scales, EPSILON, slopes, width)
                  .get(1);
          int[] every = IntStream.range(0, rows).toArray();
          return List.of(
              Proof.rows(dx, width, every, said.x().toDoubles(), ofX),
              Proof.rows(dScale, width, new int[] {0}, said.scale().toDoubles(), ofScale));
        },
        new Version(
            "rows, then columns",
            () -> {
              norms.rmsNorm(
                  x.address(),
                  scale.address(),
                  dy.address(),
                  dx.address(),
                  inverse,
                  rows,
                  width,
                  EPSILON);
              sums.normScale(
                  x.address(), dy.address(), inverse, dScale.address(), rows, width, scratch);
            }));
  }

  static Prepared crossEntropyBackward(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("V");
    Operand logits = bench.reals(at.product("B", "n", "V"), 4);
    Operand targets = bench.indices(rows, width);
    Operand dy = bench.floats(rows, 1);
    Output dx = bench.output(logits.size());
    Reductions reductions = new Reductions(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(logits, targets, dy),
        7 * logits.size(),
        List.of(dx),
        oracle -> {
          double[] picked = logits.rows(width, picks);
          double[] slopes = dy.rows(1, picks);
          int[] ids = IntStream.of(picks).map(row -> (int) targets.values().at(row)).toArray();
          Tensor said =
              oracle.crossEntropyBackward(
                  oracle.tensor(Shape.of(picks.length, width), picked),
                  oracle.ints(Shape.of(picks.length), ids),
                  oracle.tensor(Shape.of(picks.length), slopes));
          ErrorBound bound =
              bench
                  .bounds()
                  .gradients()
                  .crossEntropy(Magnitude.ofRows(picked, width), ids, slopes, width);
          return List.of(Proof.rows(dx, width, picks, said.toDoubles(), bound));
        },
        new Version(
            "block a row",
            () ->
                reductions.crossEntropyBackward(
                    logits.address(),
                    targets.address(),
                    dy.address(),
                    dx.address(),
                    rows,
                    width,
                    bench.fault())));
  }

  /** Row i of n sees the first (i + 1)·m / n keys; batch rows are independent. */
  static Prepared attentionBackward(Workbench bench, Sizes at) {
    int n = at.of("n");
    int m = at.of("m");
    Operand q = bench.reals(at.product("B", "n", "H", "d"), 2);
    Operand k = bench.reals(at.product("B", "m", "H", "d"), 2);
    Operand v = bench.reals(k.size(), 2);
    Operand dy = bench.reals(q.size(), 1);
    int[] ends = IntStream.range(0, n).map(i -> Math.max(1, (i + 1) * m / n)).toArray();
    Operand visibleEnd = bench.ints(ends);
    Output dq = bench.output(q.size());
    Output dk = bench.output(k.size());
    Output dv = bench.output(k.size());
    var extents = new AttentionBackward.Extents(at.of("B"), n, m, at.of("H"), at.of("d"));
    long scratch = bench.scratch(AttentionBackward.scratchBytes(extents));
    AttentionBackward attention = new AttentionBackward(bench.launcher(), bench.element());
    float factor = (float) (1 / Math.sqrt(at.of("d")));
    long pairs = at.product("B", "H") * IntStream.of(ends).asLongStream().sum();
    long operations = pairs * (10L * at.of("d") + 9);
    int[] picks =
        Picks.of(
            at.of("B"), (int) Math.clamp(CHECKED_OPERATIONS / (operations / at.of("B")), 2, 8));
    return Prepared.of(
        List.of(q, k, v, visibleEnd, dy),
        operations,
        List.of(dq, dk, dv),
        oracle -> {
          int row = at.count("n", "H", "d");
          int memory = at.count("m", "H", "d");
          Shape rows = Shape.of(picks.length, n, at.count("H", "d"));
          double[] queries = q.rows(row, picks);
          double[] keys = k.rows(memory, picks);
          double[] values = v.rows(memory, picks);
          double[] slopes = dy.rows(row, picks);
          AttentionGradients said =
              oracle.attentionBackward(
                  oracle.tensor(rows, queries),
                  oracle.tensor(rows.with(1, m), keys),
                  oracle.tensor(rows.with(1, m), values),
                  oracle.ints(Shape.of(n), ends),
                  at.of("H"),
                  factor,
                  oracle.tensor(rows, slopes));
          var checked = new AttentionExtents(picks.length, n, m, at.of("H"), at.of("d"));
          List<ErrorBound> bounds =
              bench
                  .bounds()
                  .gradients()
                  .attention()
                  .of(
                      new AttentionGradientBounds.Operands(
                          queries, keys, values, ends, slopes, checked, factor));
          return List.of(
              Proof.rows(dq, row, picks, said.q().toDoubles(), bounds.get(0)),
              Proof.rows(dk, memory, picks, said.k().toDoubles(), bounds.get(1)),
              Proof.rows(dv, memory, picks, said.v().toDoubles(), bounds.get(2)));
        },
        new Version(
            "queries, then keys",
            () ->
                attention.backward(
                    new AttentionBackward.Operands(
                        q.address(),
                        k.address(),
                        v.address(),
                        new Index(visibleEnd.address(), 1),
                        factor,
                        dy.address()),
                    new AttentionBackward.Gradients(dq.address(), dk.address(), dv.address()),
                    extents,
                    scratch,
                    bench.fault())));
  }
}
