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
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;

/**
 * Norms of rows [B·n, D]: root-mean-square, alone and behind a residual addition, and Euclidean.
 */
final class NormKernels {
  /** As in the published models, and exactly a float. */
  private static final float EPSILON = 1e-5f;

  private static final int NORM = 4;

  /** As in the published tokenizer: no code is shorter. */
  private static final float SMALLEST = 1e-12f;

  private static final int LENGTH = 3;

  private NormKernels() {}

  static Prepared rmsNorm(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 2);
    Operand scale = bench.floats(width, 2);
    Output y = bench.output(x.size());
    RowNorms norms = new RowNorms(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(x, scale),
        NORM * x.size(),
        List.of(y),
        oracle -> {
          Tensor picked = oracle.tensor(Shape.of(picks.length, width), x.rows(width, picks));
          double[] expected = oracle.rmsNorm(picked, weight(oracle, scale), EPSILON).toDoubles();
          return List.of(Proof.rows(y, width, picks, expected, bench.bounds().rmsNorm(width)));
        },
        new Version(
            "block a row",
            () -> norms.rmsNorm(x.address(), scale.address(), y.address(), rows, width, EPSILON)));
  }

  /** Rows by their length, as codes of a codebook. */
  static Prepared l2Normalize(Workbench bench, Sizes at) {
    int rows = at.count("B", "n");
    int width = at.of("D");
    Operand x = bench.reals(at.product("B", "n", "D"), 2);
    Output y = bench.output(x.size());
    RowNorms norms = new RowNorms(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(x),
        LENGTH * x.size(),
        List.of(y),
        oracle -> {
          Tensor picked = oracle.tensor(Shape.of(picks.length, width), x.rows(width, picks));
          double[] expected = oracle.l2Normalize(picked, SMALLEST).toDoubles();
          return List.of(Proof.rows(y, width, picks, expected, bench.bounds().l2Normalize(width)));
        },
        new Version(
            "block a row",
            () -> norms.l2Normalize(x.address(), y.address(), rows, width, SMALLEST)));
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

  private static Weight weight(Backend oracle, Operand scale) {
    return oracle.weight(
        new ArraySource("scale", Shape.of((int) scale.size()), scale.all()),
        DType.F32,
        Weight.Use.ROWS);
  }
}
