package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.Positions;
import dev.arpg4j.cuda.kernel.Positions.CacheRows;
import dev.arpg4j.cuda.kernel.Rotation;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;

/** Rotary positions of rows [B, n, H·d], alone and on the way into a cache. */
final class PositionKernels {
  /** Four products and two sums a pair. */
  private static final int TURN = 3;

  private PositionKernels() {}

  static Prepared rope(Workbench bench, Sizes at) {
    int heads = at.of("H");
    int headDim = at.of("d");
    int batch = at.of("B");
    int n = at.of("n");
    Operand x = bench.reals(at.product("B", "n", "H", "d"), 2);
    Angles angles = Angles.of(bench, at);
    Output y = bench.output(x.size());
    Positions positions = new Positions(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(x, angles.table, angles.rows),
        TURN * x.size(),
        List.of(y),
        oracle -> {
          Angles.Turned turned = angles.turn(bench, oracle, x, at);
          return List.of(Proof.rows(y, heads * headDim, turned.picks, turned.values, turned.bound));
        },
        new Version(
            "rows",
            () ->
                positions.rope(
                    x.address(),
                    angles.rotation(),
                    y.address(),
                    batch,
                    n,
                    heads,
                    headDim,
                    bench.fault())));
  }

  /** Into the last n of m rows of a cache. */
  static Prepared appendRotated(Workbench bench, Sizes at) {
    int heads = at.of("H");
    int headDim = at.of("d");
    int width = heads * headDim;
    int batch = at.of("B");
    int n = at.of("n");
    int capacity = Math.max(at.of("m"), n);
    Operand k = bench.reals(at.product("B", "n", "H", "d"), 2);
    Operand v = bench.reals(k.size(), 2);
    Angles angles = Angles.of(bench, at);
    long stride = (long) capacity * width;
    long first = (long) (capacity - n) * width;
    Output keys = bench.output(batch, stride, first, (long) n * width);
    Output values = bench.output(batch, stride, first, (long) n * width);
    long turned = bench.scratch(k.bytes());
    CacheRows cache = new CacheRows(keys.address(), values.address(), stride, capacity - n);
    Positions positions = new Positions(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(k, v, angles.table, angles.rows),
        TURN * k.size(),
        List.of(keys, values),
        oracle -> {
          Angles.Turned expected = angles.turn(bench, oracle, k, at);
          long[] starts = new long[expected.picks.length];
          for (int i = 0; i < starts.length; i++) {
            int row = expected.picks[i];
            starts[i] = row / n * stride + first + (long) (row % n) * width;
          }
          return List.of(
              new Proof.Part(keys, starts, width, expected.values, expected.bound),
              new Proof.Part(
                  values, starts, width, v.rows(width, expected.picks), ErrorBound.exact()));
        },
        new Version(
            "fused",
            () ->
                positions.appendRotated(
                    k.address(),
                    v.address(),
                    cache,
                    angles.rotation(),
                    batch,
                    n,
                    heads,
                    headDim,
                    bench.fault())),
        new Version(
            "rope, append",
            () -> {
              positions.rope(
                  k.address(), angles.rotation(), turned, batch, n, heads, headDim, bench.fault());
              positions.appendRotated(
                  turned,
                  v.address(),
                  cache,
                  Rotation.NONE,
                  batch,
                  n,
                  heads,
                  headDim,
                  bench.fault());
            }));
  }

  /**
   * Where rows stand: a table of N + 1 random angles for each pair, and the table row of each row.
   *
   * @param rows [B, n]
   */
  record Angles(Operand table, Operand rows, int tableRows, int batch) {
    static Angles of(Workbench bench, Sizes at) {
      int tableRows = at.of("N") + 1;
      int pairs = at.of("d") / 2;
      Operand angles = bench.floats((long) tableRows * pairs, Math.PI);
      double[] table = new double[2 * tableRows * pairs];
      for (int i = 0; i < tableRows * pairs; i++) {
        table[2 * i] = (float) StrictMath.cos(angles.values().at(i));
        table[2 * i + 1] = (float) StrictMath.sin(angles.values().at(i));
      }
      Operand rows = bench.indices(at.product("B", "n"), tableRows);
      return new Angles(bench.floats(table), rows, tableRows, at.of("B"));
    }

    Rotation rotation() {
      return new Rotation(table.address(), tableRows, new Index(rows.address(), batch));
    }

    /** The table on the oracle: [N + 1, d/2, 2]. */
    Tensor table(Backend oracle) {
      int pairs = (int) table.size() / 2 / tableRows;
      return oracle.tensor(Shape.of(tableRows, pairs, 2), table.all());
    }

    /** The sizes of its pairs. */
    Magnitude pairs() {
      return Magnitude.ofRows(table.all(), 2);
    }

    /** What some rows become. */
    record Turned(int[] picks, double[] values, ErrorBound bound) {}

    /** Rows of x [B, n, H·d], turned by the oracle. */
    Turned turn(Workbench bench, Backend oracle, Operand x, Sizes at) {
      int width = at.count("H", "d");
      int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
      int[] tableRow = new int[picks.length];
      for (int i = 0; i < picks.length; i++) {
        tableRow[i] = (int) rows.values().at(picks[i]);
      }
      double[] picked = x.rows(width, picks);
      Tensor turned =
          oracle.rope(
              oracle.tensor(Shape.of(1, picks.length, width), picked),
              table(oracle),
              oracle.ints(Shape.of(picks.length), tableRow),
              at.of("H"));
      return new Turned(
          picks,
          turned.toDoubles(),
          bench.bounds().rope(Magnitude.ofRows(picked, width), pairs(), width));
    }
  }
}
