package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Rowwise;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;
import java.util.stream.IntStream;

/** Rows [B·n, D] by a row that all of them share, or those of a sequence, [B, D]. */
final class RowKernels {
  private RowKernels() {}

  static Prepared addBias(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Operand bias = bench.floats(width, 1);
    Output y = bench.output(x.size());
    Rowwise rowwise = new Rowwise(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(x, bias),
        x.size(),
        List.of(y),
        oracle -> {
          double[] picked = x.rows(width, picks);
          Tensor in = oracle.tensor(Shape.of(picks.length, width), picked);
          Tensor said = oracle.addBias(in, NormKernels.weight(oracle, bias));
          ErrorBound bound =
              bench
                  .bounds()
                  .add(Magnitude.ofRows(picked, width), Magnitude.ofRows(bias.all(), width), width);
          return List.of(Proof.rows(y, width, picks, said.toDoubles(), bound));
        },
        new Version(
            "rows", () -> rowwise.addBias(x.address(), bias.address(), y.address(), rows, width)));
  }

  /** By a factor each. */
  static Prepared mulRows(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Operand factor = bench.floats(rows, 2);
    Output y = bench.output(x.size());
    Rowwise rowwise = new Rowwise(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(x, factor),
        x.size(),
        List.of(y),
        oracle -> {
          Tensor in = oracle.tensor(Shape.of(picks.length, width), x.rows(width, picks));
          Tensor by = oracle.tensor(Shape.of(picks.length), factor.rows(1, picks));
          double[] expected = oracle.mulRows(in, by).toDoubles();
          return List.of(Proof.rows(y, width, picks, expected, bench.bounds().mul()));
        },
        new Version(
            "rows",
            () -> rowwise.mulRows(x.address(), factor.address(), y.address(), rows, width)));
  }

  /** Multiply by one more than the scale, add the shift. */
  static Prepared modulate(Workbench bench, Sizes at) {
    Rowwise rowwise = new Rowwise(bench.launcher(), bench.element());
    return joined(
        bench,
        at,
        3,
        1,
        (oracle, x, scale, shift) -> oracle.modulate(x, scale, shift),
        bench.bounds().layers()::modulate,
        rowwise::modulate);
  }

  /** Multiply by the gate, add. */
  static Prepared addGated(Workbench bench, Sizes at) {
    Rowwise rowwise = new Rowwise(bench.launcher(), bench.element());
    return joined(
        bench,
        at,
        2,
        at.of("n"),
        (oracle, x, branch, gate) -> oracle.addGated(x, branch, gate),
        bench.bounds().layers()::addGated,
        rowwise::addGated);
  }

  @FunctionalInterface
  private interface Join {
    void launch(long x, long second, long third, long y, int rows, int width, int share);
  }

  @FunctionalInterface
  private interface Op {
    Tensor say(Backend oracle, Tensor x, Tensor second, Tensor third);
  }

  @FunctionalInterface
  private interface Bound {
    ErrorBound of(Magnitude x, Magnitude second, Magnitude third, int width);
  }

  /**
   * Rows [B·n, D] by others, the last of which each serve a sequence.
   *
   * @param rowsOfSecond 1 if the second's do too, or n
   */
  private static Prepared joined(
      Workbench bench, Sizes at, int operations, int rowsOfSecond, Op op, Bound bound, Join join) {
    int rows = at.count("B", "n");
    int n = at.of("n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Operand second = bench.reals(rowsOfSecond * at.product("B", "D"), 1);
    Operand third = bench.reals(at.product("B", "D"), 1);
    Output y = bench.output(x.size());
    int[] picks = Picks.of(rows, Proof.ROWS);
    Shape shape = Shape.of(picks.length, 1, width);
    return Prepared.of(
        List.of(x, second, third),
        operations * x.size(),
        List.of(y),
        oracle -> {
          double[] a = x.rows(width, picks);
          double[] b = second.rows(width, sequences(n / rowsOfSecond, picks));
          double[] c = third.rows(width, sequences(n, picks));
          Tensor said =
              op.say(
                  oracle,
                  oracle.tensor(shape, a),
                  oracle.tensor(shape, b),
                  oracle.tensor(shape, c));
          ErrorBound allowed =
              bound.of(
                  Magnitude.ofRows(a, width),
                  Magnitude.ofRows(b, width),
                  Magnitude.ofRows(c, width),
                  width);
          return List.of(Proof.rows(y, width, picks, said.toDoubles(), allowed));
        },
        new Version(
            "rows",
            () ->
                join.launch(
                    x.address(), second.address(), third.address(), y.address(), rows, width, n)));
  }

  /** Which sequence of n rows each is of. */
  private static int[] sequences(int n, int... rows) {
    return IntStream.of(rows).map(row -> row / n).toArray();
  }
}
