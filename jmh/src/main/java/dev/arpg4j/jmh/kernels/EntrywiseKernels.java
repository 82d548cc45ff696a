package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;

/** Ops that give one number for each entry of rows [B·n, D] or [B·n, F]. */
final class EntrywiseKernels {
  private static final int BRANCHES = 2;

  private EntrywiseKernels() {}

  /** A launch of an op of two operands: a, b, y. */
  @FunctionalInterface
  private interface Launch {
    void on(long a, long b, long y, long size);
  }

  static Prepared add(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    return ofTwo(
        bench,
        at,
        "D",
        1,
        (oracle, a, b) -> oracle.add(a, b),
        (a, b, width) -> bench.bounds().add(a, b, width),
        new Named("vectors", (a, b, y, size) -> entries.add(a, b, y, size, size)));
  }

  static Prepared mul(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    return ofTwo(
        bench,
        at,
        "D",
        1,
        (oracle, a, b) -> oracle.mul(a, b),
        (a, b, width) -> bench.bounds().mul(),
        new Named("vectors", (a, b, y, size) -> entries.mul(a, b, y, size, size)));
  }

  static Prepared swiGlu(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    long half = bench.scratch(at.product("B", "n", "F") * bench.element().bytes());
    return ofTwo(
        bench,
        at,
        "F",
        5,
        (oracle, gate, up) -> oracle.swiGlu(gate, up),
        (gate, up, width) -> bench.bounds().swiGlu(gate, up, width),
        new Named("fused", entries::swiGlu),
        new Named(
            "silu, mul",
            (gate, up, y, size) -> {
              entries.silu(gate, half, size);
              entries.mul(half, up, y, size, size);
            }));
  }

  static Prepared scale(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    float factor = 0.125f;
    return ofOne(
        bench,
        at,
        1,
        (oracle, x) -> oracle.scale(x, factor),
        (x, width) -> bench.bounds().scale(),
        (x, y, size) -> entries.scale(x, factor, y, size));
  }

  static Prepared silu(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    return ofOne(
        bench,
        at,
        4,
        (oracle, x) -> oracle.silu(x),
        (x, width) -> bench.bounds().silu(x, width),
        entries::silu);
  }

  static Prepared gelu(Workbench bench, Sizes at) {
    return gelu(bench, at, 5, false);
  }

  static Prepared geluTanh(Workbench bench, Sizes at) {
    return gelu(bench, at, 9, true);
  }

  private static Prepared gelu(Workbench bench, Sizes at, int operations, boolean tanh) {
    Entrywise entries = entries(bench);
    return ofOne(
        bench,
        at,
        operations,
        (oracle, x) -> oracle.gelu(x, tanh),
        (x, width) -> bench.bounds().layers().gelu(x, width, tanh),
        (x, y, size) -> entries.gelu(x, tanh, y, size));
  }

  /** bf16 to float32, whatever the element. */
  static Prepared widen(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    return cast(bench, at, Kind.BF16, Kind.F32, entries::widen);
  }

  /** float32 to bf16, whatever the element. */
  static Prepared narrow(Workbench bench, Sizes at) {
    Entrywise entries = entries(bench);
    return cast(bench, at, Kind.F32, Kind.BF16, entries::narrow);
  }

  /** Two branches of logits [2, I·n, V], the null branch last. */
  static Prepared guidance(Workbench bench, Sizes at) {
    int rows = at.count("I", "n");
    int width = at.of("V");
    long size = at.product("I", "n", "V");
    Operand logits = bench.reals(BRANCHES * size, 4);
    Operand weights = bench.floats(4.0);
    Output y = bench.output(size);
    int[] picks = Picks.of(rows, Proof.ROWS);
    Entrywise entries = entries(bench);
    return Prepared.of(
        List.of(logits, weights),
        3 * size,
        List.of(y),
        oracle -> {
          double[] both = Branches.rows(logits, rows, width, picks);
          Tensor guided =
              oracle.guidance(
                  oracle.tensor(Shape.of(BRANCHES, picks.length, width), both),
                  oracle.tensor(Shape.of(1), weights.all()));
          ErrorBound bound =
              bench
                  .bounds()
                  .decoding()
                  .guidance(
                      Magnitude.ofRows(both, width),
                      Magnitude.ofRows(weights.all(), 1),
                      BRANCHES,
                      width);
          return List.of(Proof.rows(y, width, picks, guided.toDoubles(), bound));
        },
        new Version(
            "vectors",
            () ->
                entries.guidance(
                    logits.address(), weights.address(), y.address(), BRANCHES, size)));
  }

  private static Entrywise entries(Workbench bench) {
    return new Entrywise(bench.launcher(), bench.element());
  }

  // ---- what ops of one and of two operands share

  private record Named(String name, Launch launch) {}

  @FunctionalInterface
  private interface OfTwo {
    Tensor say(Backend oracle, Tensor a, Tensor b);
  }

  @FunctionalInterface
  private interface BoundOfTwo {
    ErrorBound of(Magnitude a, Magnitude b, int width);
  }

  private static Prepared ofTwo(
      Workbench bench,
      Sizes at,
      String widthLetter,
      int operations,
      OfTwo op,
      BoundOfTwo bound,
      Named... versions) {
    int width = at.of(widthLetter);
    long size = at.product("B", "n", widthLetter);
    Operand a = bench.reals(size, 4);
    Operand b = bench.reals(size, 4);
    Output y = bench.output(size);
    int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
    Shape shape = Shape.of(picks.length, width);
    Version[] ways = new Version[versions.length];
    for (int i = 0; i < ways.length; i++) {
      Launch launch = versions[i].launch;
      ways[i] =
          new Version(
              versions[i].name, () -> launch.on(a.address(), b.address(), y.address(), size));
    }
    return Prepared.of(
        List.of(a, b),
        operations * size,
        List.of(y),
        oracle -> {
          double[] left = a.rows(width, picks);
          double[] right = b.rows(width, picks);
          Tensor said = op.say(oracle, oracle.tensor(shape, left), oracle.tensor(shape, right));
          ErrorBound allowed =
              bound.of(Magnitude.ofRows(left, width), Magnitude.ofRows(right, width), width);
          return List.of(Proof.rows(y, width, picks, said.toDoubles(), allowed));
        },
        ways);
  }

  @FunctionalInterface
  private interface LaunchOfOne {
    void on(long x, long y, long size);
  }

  @FunctionalInterface
  private interface OfOne {
    Tensor say(Backend oracle, Tensor x);
  }

  @FunctionalInterface
  private interface BoundOfOne {
    ErrorBound of(Magnitude x, int width);
  }

  private static Prepared ofOne(
      Workbench bench, Sizes at, int operations, OfOne op, BoundOfOne bound, LaunchOfOne launch) {
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 4);
    Output y = bench.output(x.size());
    int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
    return Prepared.of(
        List.of(x),
        operations * x.size(),
        List.of(y),
        oracle -> {
          double[] rows = x.rows(width, picks);
          Tensor said = op.say(oracle, oracle.tensor(Shape.of(picks.length, width), rows));
          ErrorBound allowed = bound.of(Magnitude.ofRows(rows, width), width);
          return List.of(Proof.rows(y, width, picks, said.toDoubles(), allowed));
        },
        new Version("vectors", () -> launch.on(x.address(), y.address(), x.size())));
  }

  private static Prepared cast(Workbench bench, Sizes at, Kind from, Kind to, LaunchOfOne launch) {
    int width = at.of("D");
    Operand x = bench.randoms(at.product("B", "n", "D"), from, 4);
    Output y = bench.output(x.size(), to);
    int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
    return Prepared.of(
        List.of(x),
        0,
        List.of(y),
        oracle -> {
          double[] expected = x.rows(width, picks);
          for (int i = 0; i < expected.length && to == Kind.BF16; i++) {
            expected[i] = Bf16.widen(Bf16.narrow((float) expected[i]));
          }
          return List.of(Proof.rows(y, width, picks, expected, ErrorBound.exact()));
        },
        new Version("vectors", () -> launch.on(x.address(), y.address(), x.size())));
  }
}
