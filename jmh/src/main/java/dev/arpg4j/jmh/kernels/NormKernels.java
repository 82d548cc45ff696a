package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.RowNorms;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;
import java.util.stream.Stream;

/**
 * Norms of rows [B·n, D]: root-mean-square, alone and behind a residual addition, by mean and
 * variance, and Euclidean.
 */
final class NormKernels {
  /** As in the published models, and exactly a float. */
  private static final float EPSILON = 1e-5f;

  private static final int NORM = 4;

  /** Sum; subtract, square and sum; subtract, divide. */
  private static final int LAYER_NORM = 6;

  /** Scale, add the bias. */
  private static final int AFFINE = 2;

  /** As in the published tokenizer: no code is shorter. */
  private static final float SMALLEST = 1e-12f;

  private static final int LENGTH = 3;

  private NormKernels() {}

  static Prepared rmsNorm(Workbench bench, Sizes at) {
    Operand scale = bench.floats(at.of("D"), 2);
    return alone(
        bench,
        at,
        NORM,
        List.of(scale),
        (oracle, x) -> oracle.rmsNorm(x, weight(oracle, scale), EPSILON),
        (x, width) -> bench.bounds().rmsNorm(width),
        (norms, x, y, rows, width) -> norms.rmsNorm(x, scale.address(), y, rows, width, EPSILON));
  }

  static Prepared layerNorm(Workbench bench, Sizes at) {
    return alone(
        bench,
        at,
        LAYER_NORM,
        List.of(),
        (oracle, x) -> oracle.layerNorm(x, EPSILON),
        (x, width) -> bench.bounds().layers().layerNorm(x, width, EPSILON),
        (norms, x, y, rows, width) -> norms.layerNorm(x, y, rows, width, EPSILON));
  }

  static Prepared layerNormAffine(Workbench bench, Sizes at) {
    Operand scale = bench.floats(at.of("D"), 2);
    Operand bias = bench.floats(at.of("D"), 1);
    return alone(
        bench,
        at,
        LAYER_NORM + AFFINE,
        List.of(scale, bias),
        (oracle, x) -> oracle.layerNorm(x, weight(oracle, scale), weight(oracle, bias), EPSILON),
        (x, width) ->
            bench
                .bounds()
                .layers()
                .layerNorm(
                    x,
                    width,
                    Magnitude.ofRows(scale.all(), width),
                    Magnitude.ofRows(bias.all(), width),
                    EPSILON),
        (norms, x, y, rows, width) ->
            norms.layerNorm(x, scale.address(), bias.address(), y, rows, width, EPSILON));
  }

  /** Rows by their length, as codes of a codebook. */
  static Prepared l2Normalize(Workbench bench, Sizes at) {
    return alone(
        bench,
        at,
        LENGTH,
        List.of(),
        (oracle, x) -> oracle.l2Normalize(x, SMALLEST),
        (x, width) -> bench.bounds().l2Normalize(width),
        (norms, x, y, rows, width) -> norms.l2Normalize(x, y, rows, width, SMALLEST));
  }

  @FunctionalInterface
  private interface Norm {
    Tensor say(Backend oracle, Tensor x);
  }

  @FunctionalInterface
  private interface Bound {
    ErrorBound of(double[] rows, int width);
  }

  @FunctionalInterface
  private interface Launch {
    void on(RowNorms norms, long x, long y, int rows, int width);
  }

  /** A norm with nothing before it. */
  private static Prepared alone(
      Workbench bench,
      Sizes at,
      int operations,
      List<Operand> weights,
      Norm norm,
      Bound bound,
      Launch launch) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 2);
    Output y = bench.output(x.size());
    RowNorms norms = new RowNorms(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        Stream.concat(Stream.of(x), weights.stream()).toList(),
        operations * x.size(),
        List.of(y),
        oracle -> {
          double[] picked = x.rows(width, picks);
          Tensor said = norm.say(oracle, oracle.tensor(Shape.of(picks.length, width), picked));
          return List.of(Proof.rows(y, width, picks, said.toDoubles(), bound.of(picked, width)));
        },
        new Version("block a row", () -> launch.on(norms, x.address(), y.address(), rows, width)));
  }

  static Prepared addRmsNorm(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 2);
    Operand delta = bench.reals(x.size(), 2);
    Operand scale = bench.floats(width, 2);
    Output sum = bench.output(x.size());
    Output y = bench.output(x.size());
    RowNorms norms = new RowNorms(bench.launcher(), bench.element());
    Entrywise entries = new Entrywise(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(x, delta, scale),
        (1 + NORM) * x.size(),
        List.of(sum, y),
        oracle -> addRmsNormed(bench, oracle, x, delta, scale, sum, y),
        new Version(
            "fused",
            () ->
                norms.addRmsNorm(
                    x.address(),
                    delta.address(),
                    scale.address(),
                    sum.address(),
                    y.address(),
                    rows,
                    width,
                    EPSILON)),
        new Version(
            "add, rmsNorm",
            () -> {
              entries.add(x.address(), delta.address(), sum.address(), x.size(), x.size());
              norms.rmsNorm(sum.address(), scale.address(), y.address(), rows, width, EPSILON);
            }));
  }

  private static List<Proof.Part> addRmsNormed(
      Workbench bench,
      Backend oracle,
      Operand x,
      Operand delta,
      Operand scale,
      Output sum,
      Output y) {
    int width = (int) scale.size();
    int[] picks = Picks.of((int) (x.size() / width), Proof.ROWS);
    double[] left = x.rows(width, picks);
    double[] right = delta.rows(width, picks);
    Shape shape = Shape.of(picks.length, width);
    Ops.Normed normed =
        oracle.addRmsNorm(
            oracle.tensor(shape, left),
            oracle.tensor(shape, right),
            weight(oracle, scale),
            EPSILON);
    double[] sums = normed.sum().toDoubles();
    Magnitude a = Magnitude.ofRows(left, width);
    Magnitude b = Magnitude.ofRows(right, width);
    Magnitude c = Magnitude.ofRows(sums, width);
    Magnitude scales = Magnitude.ofRows(scale.all(), width);
    return List.of(
        Proof.rows(sum, width, picks, sums, bench.bounds().add(a, b, width)),
        Proof.rows(
            y,
            width,
            picks,
            normed.norm().toDoubles(),
            bench.bounds().normOfSum(a, b, c, scales, width, EPSILON)));
  }

  /** A scale or a bias. */
  static Weight weight(Backend oracle, Operand row) {
    return oracle.weight(
        new ArraySource("weight", Shape.of((int) row.size()), row.all()),
        DType.F32,
        Weight.Use.ROWS);
  }
}
