package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.blas.MatrixProducts;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Products of rows [B·n, K] with matrices [O, K], by cuBLASLt as the backend plans them. Of a large
 * product the oracle computes some rows, each with the first and the last outputs.
 */
final class ProductKernels {
  /** The outputs of each end that the oracle computes. */
  private static final int ENDS = 32;

  private ProductKernels() {}

  /** The matrices of a block, one at a time. */
  static List<NamedShape> single(DecodePoint at) {
    ArpgConfig config = at.config();
    return List.of(
        at.product("projection", config.dim(), config.dim(), 1),
        at.product("narrow", config.dim(), config.innerDim(), 1),
        at.product("head", config.vocabulary(), config.dim(), 1));
  }

  /** Those that multiply the same rows: q, k, v of attention and w1, w3 of the feed-forward. */
  static List<NamedShape> grouped(DecodePoint at) {
    ArpgConfig config = at.config();
    return List.of(
        at.product("qkv", config.dim(), config.dim(), 3),
        at.product("widen", config.innerDim(), config.dim(), 2));
  }

  /** By the rows: dy [B·n, O] W; of dx the first columns are computed by the oracle. */
  static Prepared linearBackward(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int inputs = at.of("K");
    int outputs = at.of("O");
    Operand dy = bench.reals(at.product("B", "n", "O"), 1);
    Operand weight = bench.reals(at.product("O", "K"), 1);
    Output dx = bench.output(at.product("B", "n", "K"));
    int run = Math.min(ENDS, inputs);
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(dy, weight),
        2L * rows * at.product("O", "K"),
        List.of(dx),
        oracle -> {
          double[] some = weight.firsts(outputs, inputs, run);
          double[] picked = dy.rows(outputs, picks);
          Weight matrix =
              oracle.weight(
                  new ArraySource("weight", Shape.of(outputs, run), some),
                  DType.F32,
                  Weight.Use.PANELS);
          Tensor operand = oracle.tensor(Shape.of(picks.length, outputs), picked);
          ErrorBound bound =
              bench
                  .bounds()
                  .gradients()
                  .linear(
                      Magnitude.ofRows(picked, outputs),
                      Magnitude.ofRows(some, run).largest(),
                      run,
                      outputs);
          double[] expected = oracle.linearBackward(operand, matrix).toDoubles();
          return List.of(new Proof.Part(dx, starts(picks, inputs), run, expected, bound));
        },
        new Version(
            "cublasLt",
            () ->
                bench
                    .products()
                    .linearBackward(
                        dy.address(), weight.address(), dx.address(), rows, outputs, inputs)));
  }

  /** By the weight: dyᵀ x, float32 whatever the element. */
  static Prepared linearWeightBackward(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int inputs = at.of("K");
    int outputs = at.of("O");
    Operand x = bench.reals(at.product("B", "n", "K"), 1);
    Operand dy = bench.reals(at.product("B", "n", "O"), 1);
    Output dw = bench.output(at.product("O", "K"), Operand.Kind.F32);
    int run = Math.min(ENDS, inputs);
    int first = Math.min(ENDS, outputs);
    return Prepared.of(
        List.of(x, dy),
        2L * rows * at.product("O", "K"),
        List.of(dw),
        oracle -> {
          double[] in = x.firsts(rows, inputs, run);
          double[] slopes = dy.firsts(rows, outputs, first);
          Tensor said =
              oracle.linearWeightBackward(
                  oracle.tensor(Shape.of(rows, run), in),
                  oracle.tensor(Shape.of(rows, first), slopes));
          ErrorBound bound =
              bench
                  .floatBounds()
                  .gradients()
                  .linearWeight(
                      Magnitude.ofColumns(in, rows, run),
                      Magnitude.ofColumns(slopes, rows, first),
                      rows);
          int[] picks = IntStream.range(0, first).toArray();
          return List.of(new Proof.Part(dw, starts(picks, inputs), run, said.toDoubles(), bound));
        },
        new Version(
            "cublasLt",
            () ->
                bench
                    .products()
                    .linearWeightBackward(
                        x.address(), dy.address(), dw.address(), rows, outputs, inputs)));
  }

  private static long[] starts(int[] rows, int width) {
    return IntStream.of(rows).mapToLong(row -> (long) row * width).toArray();
  }

  static Prepared linear(Workbench bench, Sizes at) {
    return linearEach(bench, at, 1);
  }

  static Prepared linearEach(Workbench bench, Sizes at) {
    return linearEach(bench, at, at.of("G"));
  }

  private static Prepared linearEach(Workbench bench, Sizes at, int group) {
    int rows = at.count("B", "n");
    int inputs = at.of("K");
    int outputs = at.of("O");
    Operand x = bench.reals(at.product("B", "n", "K"), 1);
    // side by side, each on an aligned address as the backend lays them
    long pitch = aligned(bench, at.product("O", "K"));
    Operand weights = bench.reals(group * pitch, 1);
    long size = at.product("B", "n", "O");
    long between = aligned(bench, size);
    Output y = bench.output(group, between, 0, size);
    MatrixProducts products = bench.products();
    Runnable oneByOne =
        () -> {
          for (int i = 0; i < group; i++) {
            products.linear(
                x.address(),
                weights.address(i * pitch),
                y.address(i * between),
                rows,
                outputs,
                inputs);
          }
        };
    Runnable together =
        () ->
            products.linearEach(
                x.address(),
                weights.address(),
                y.address(),
                rows,
                outputs,
                inputs,
                group,
                pitch,
                between);
    long bytes = x.bytes() + y.bytes() + group * at.product("O", "K") * bench.element().bytes();
    return new Prepared(
        new Work(bytes, 2L * group * rows * at.product("O", "K")),
        List.of(y),
        oracle -> multiplied(bench, oracle, at, x, weights, pitch, y, group),
        group == 1
            ? List.of(new Version("cublasLt", oneByOne))
            : List.of(
                new Version("cublasLt strided batch", together),
                new Version("cublasLt one by one", oneByOne)));
  }

  private static long aligned(Workbench bench, long entries) {
    long step = MatrixProducts.ALIGNMENT / bench.element().bytes();
    return (entries + step - 1) / step * step;
  }

  private static List<Proof.Part> multiplied(
      Workbench bench,
      Backend oracle,
      Sizes at,
      Operand x,
      Operand weights,
      long pitch,
      Output y,
      int group) {
    int inputs = at.of("K");
    int outputs = at.of("O");
    int run = Math.min(ENDS, outputs);
    int[] firsts = outputs > run ? new int[] {0, outputs - run} : new int[] {0};
    int[] picks = Picks.of(at.count("B", "n"), Proof.ROWS);
    double[] rows = x.rows(inputs, picks);
    Tensor operand = oracle.tensor(Shape.of(picks.length, inputs), rows);
    List<Proof.Part> parts = new ArrayList<>();
    for (int i = 0; i < group; i++) {
      for (int first : firsts) {
        double[] some = weights.range(i * pitch + (long) first * inputs, run * inputs);
        Weight weight =
            oracle.weight(
                new ArraySource("weight", Shape.of(run, inputs), some),
                DType.F32,
                Weight.Use.PANELS);
        long[] starts = new long[picks.length];
        for (int row = 0; row < starts.length; row++) {
          starts[row] = i * y.stride() + (long) picks[row] * outputs + first;
        }
        Magnitude longest = Magnitude.ofRows(some, inputs).largest();
        parts.add(
            new Proof.Part(
                y,
                starts,
                run,
                oracle.linear(operand, weight).toDoubles(),
                bench.bounds().linear(Magnitude.ofRows(rows, inputs), longest, inputs, run)));
      }
    }
    return parts;
  }
}
