package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.Movement;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.List;

/** Ops that move rows and compute nothing: what comes out is what went in, bit for bit. */
final class MovementKernels {
  private MovementKernels() {}

  /** Rows [B·n, D] of a table of V rows. */
  static Prepared embed(Workbench bench, Sizes at) {
    int count = at.count("B", "n");
    int width = at.of("D");
    int rows = at.of("V");
    Operand table = bench.reals(at.product("V", "D"), 1);
    Operand ids = bench.indices(count, rows);
    Output y = bench.output(at.product("B", "n", "D"));
    Movement movement = new Movement(bench.launcher(), bench.element());
    int[] picks = Picks.of(count, Proof.ROWS);
    return new Prepared(
        // of the table only what is looked up
        new Work(2 * y.bytes() + ids.bytes(), 0),
        List.of(y),
        oracle -> List.of(moved(y, width, picks, table, i -> (int) ids.values().at(i))),
        List.of(
            new Version(
                "rows",
                () ->
                    movement.embed(
                        table.address(),
                        ids.address(),
                        y.address(),
                        count,
                        rows,
                        width,
                        bench.fault()))));
  }

  /** n of N rows of each of B batch rows, as the tokens of a step are gathered. */
  static Prepared gather(Workbench bench, Sizes at) {
    int batch = at.of("B");
    int n = at.of("n");
    int cells = at.of("N");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "N", "D"), 1);
    Operand index = bench.indices(at.product("B", "n"), cells);
    Output y = bench.output(at.product("B", "n", "D"));
    Movement movement = new Movement(bench.launcher(), bench.element());
    int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
    return new Prepared(
        new Work(2 * y.bytes() + index.bytes(), 0),
        List.of(y),
        oracle ->
            List.of(moved(y, width, picks, x, i -> i / n * cells + (int) index.values().at(i))),
        List.of(
            new Version(
                "rows",
                () ->
                    movement.gather(
                        x.address(),
                        new Index(index.address(), batch),
                        y.address(),
                        batch,
                        cells,
                        n,
                        width,
                        bench.fault()))));
  }

  /** The last n of N rows of each of B batch rows: a slice. */
  static Prepared copyAxis(Workbench bench, Sizes at) {
    int batch = at.of("B");
    int n = at.of("n");
    int cells = at.of("N");
    int width = at.of("D");
    int from = Math.max(0, cells - n);
    int kept = Math.min(n, cells);
    Operand x = bench.reals(at.product("B", "N", "D"), 1);
    Output y = bench.output((long) batch * kept * width);
    Movement movement = new Movement(bench.launcher(), bench.element());
    int[] picks = Picks.of(batch * kept, Proof.ROWS);
    long run = (long) kept * width;
    return new Prepared(
        new Work(2 * y.bytes(), 0),
        List.of(y),
        oracle -> List.of(moved(y, width, picks, x, i -> i / kept * cells + from + i % kept)),
        List.of(
            new Version(
                "runs",
                () ->
                    movement.copyAxis(
                        x.address(),
                        (long) from * width,
                        (long) cells * width,
                        y.address(),
                        0,
                        run,
                        batch,
                        run))));
  }

  /** Kernels [O, k, k, C] to [O, C, k, k], as a convolution's are published. */
  static Prepared transposeEach(Workbench bench, Sizes at) {
    int outer = at.of("O");
    int pixels = at.count("k", "k");
    int channels = at.of("C");
    Operand x = bench.reals(at.product("O", "C", "k", "k"), 1);
    Output y = bench.output(x.size());
    Movement movement = new Movement(bench.launcher(), bench.element());
    int width = pixels * channels;
    int[] picks = Picks.of(outer, Proof.ROWS);
    return Prepared.of(
        List.of(x),
        0,
        List.of(y),
        oracle -> {
          double[] rows = x.rows(width, picks);
          double[] expected = new double[rows.length];
          for (int i = 0; i < rows.length; i++) {
            int within = i % width;
            int to = within % channels * pixels + within / channels;
            expected[i / width * width + to] = rows[i];
          }
          return List.of(Proof.rows(y, width, picks, expected, ErrorBound.exact()));
        },
        new Version(
            "entries",
            () -> movement.transposeEach(x.address(), y.address(), outer, pixels, channels)));
  }

  /** Which row of the source a row of the result is. */
  @FunctionalInterface
  interface SourceOf {
    int row(int result);
  }

  static Proof.Part moved(Output y, int width, int[] picks, Operand source, SourceOf sourceOf) {
    int[] sources = new int[picks.length];
    for (int i = 0; i < picks.length; i++) {
      sources[i] = sourceOf.row(picks[i]);
    }
    return Proof.rows(y, width, picks, source.rows(width, sources), ErrorBound.exact());
  }
}
