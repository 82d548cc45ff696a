package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.LayerBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link RowNorms}. */
final class NormScenarios {
  private static final double EPSILON = 1e-5f;

  private NormScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    int[][] sizes = {{3, 7}, {2, 64}, {1, 1}, {5, 40}, {2, 1024}, {1, 1500}, {2, 257}, {1, 16456}};
    for (int[] size : sizes) {
      scenarios.add(alone(element, size[0], size[1]));
      scenarios.add(byLength(element, size[0], size[1], 2));
      scenarios.add(behindAddition(element, size[0], size[1], false));
      scenarios.add(standard(element, size[0], size[1], 0, false));
      scenarios.add(standard(element, size[0], size[1], 0.5, true));
    }
    scenarios.add(standard(element, 2, 300, 100, false));
    scenarios.add(standard(element, 2, 16500, 100, true));
    scenarios.add(behindAddition(element, 3, 48, true));
    scenarios.add(byLength(element, 4, 8, 1e-14));
    return scenarios;
  }

  private static double[] norm(double[] x, double[] scale) {
    int rows = x.length / scale.length;
    return Oracle.of(
        oracle ->
            oracle.rmsNorm(
                oracle.tensor(Shape.of(rows, scale.length), x),
                Oracle.weight(oracle, Shape.of(scale.length), scale),
                EPSILON));
  }

  private static Scenario alone(Element element, int rows, int width) {
    Numbers numbers = new Numbers(1);
    double[] x = numbers.reals(element, rows * width, 3);
    Arrays.fill(x, (rows - 1) * width, rows * width, rows > 4 ? 0 : 0.5);
    double[] scale = numbers.reals(Element.F32, width, 2);
    double[] expected = norm(x, scale);
    return new Scenario(
        "rownorms",
        element,
        "rmsNorm %d x %d".formatted(rows, width),
        true,
        device -> {
          var y = device.result(element, rows * width);
          new RowNorms(device, element)
              .rmsNorm(
                  device.reals(element, x),
                  device.reals(Element.F32, scale),
                  y.address(),
                  rows,
                  width,
                  (float) EPSILON);
          return List.of(Outcome.reals(y, expected, Scenario.bounds(element).rmsNorm(width)));
        });
  }

  /** Rows up to {@code size}; where there are many, the last is zero and stays so. */
  private static Scenario byLength(Element element, int rows, int width, double size) {
    double epsilon = 1e-12f;
    double[] x = new Numbers(3).reals(element, rows * width, size);
    Arrays.fill(x, (rows - 1) * width, rows * width, rows > 4 ? 0 : size);
    double[] expected =
        Oracle.of(ops -> ops.l2Normalize(ops.tensor(Shape.of(rows, width), x), epsilon));
    return new Scenario(
        "rownorms",
        element,
        "l2Normalize %d x %d up to %s".formatted(rows, width, size),
        true,
        device -> {
          var y = device.result(element, rows * width);
          new RowNorms(device, element)
              .l2Normalize(device.reals(element, x), y.address(), rows, width, (float) epsilon);
          return List.of(Outcome.reals(y, expected, Scenario.bounds(element).l2Normalize(width)));
        });
  }

  /**
   * Numbers about {@code mean}, no further from it than 0.5; where there are many rows, the last is
   * one number alone. In place.
   *
   * @param mean large beside the spread where a variance could cancel
   */
  private static Scenario standard(
      Element element, int rows, int width, double mean, boolean affine) {
    Numbers numbers = new Numbers(13);
    double[] x = numbers.reals(element, rows * width, 0.5);
    for (int at = 0; at < x.length; at++) {
      x[at] = Numbers.round(element, x[at] + mean);
    }
    Arrays.fill(x, (rows - 1) * width, rows * width, rows > 4 ? mean : x[0]);
    double[] scale = numbers.reals(Element.F32, width, 2);
    double[] bias = numbers.reals(Element.F32, width, 1);
    double[] expected =
        Oracle.of(
            ops -> {
              var in = ops.tensor(Shape.of(rows, width), x);
              return affine
                  ? ops.layerNorm(
                      in,
                      Oracle.weight(ops, Shape.of(width), scale),
                      Oracle.weight(ops, Shape.of(width), bias),
                      EPSILON)
                  : ops.layerNorm(in, EPSILON);
            });
    LayerBounds bounds = Scenario.bounds(element).layers();
    ErrorBound bound =
        affine
            ? bounds.layerNorm(
                x, width, Magnitude.ofRows(scale, width), Magnitude.ofRows(bias, width), EPSILON)
            : bounds.layerNorm(x, width, EPSILON);
    return new Scenario(
        "rownorms",
        element,
        "layerNorm%s %d x %d about %s".formatted(affine ? " affine" : "", rows, width, mean),
        true,
        device -> {
          var y = device.filled(element, x);
          RowNorms norms = new RowNorms(device, element);
          if (affine) {
            norms.layerNorm(
                y.address(),
                device.reals(Element.F32, scale),
                device.reals(Element.F32, bias),
                y.address(),
                rows,
                width,
                (float) EPSILON);
          } else {
            norms.layerNorm(y.address(), y.address(), rows, width, (float) EPSILON);
          }
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario behindAddition(Element element, int rows, int width, boolean inPlace) {
    Numbers numbers = new Numbers(2);
    double[] x = numbers.reals(element, rows * width, 3);
    double[] delta = numbers.reals(element, rows * width, 1);
    double[] scale = numbers.reals(Element.F32, width, 2);
    double[] added = new double[x.length];
    for (int at = 0; at < x.length; at++) {
      added[at] = Numbers.round(element, x[at] + delta[at]);
    }
    double[] expected = norm(added, scale);
    return new Scenario(
        "rownorms",
        element,
        "addRmsNorm %d x %d%s".formatted(rows, width, inPlace ? " in place" : ""),
        true,
        device -> {
          var sum = inPlace ? device.filled(element, x) : device.result(element, x.length);
          var y = device.result(element, x.length);
          new RowNorms(device, element)
              .addRmsNorm(
                  inPlace ? sum.address() : device.reals(element, x),
                  device.reals(element, delta),
                  device.reals(Element.F32, scale),
                  sum.address(),
                  y.address(),
                  rows,
                  width,
                  (float) EPSILON);
          return List.of(
              Outcome.reals(sum, added, ErrorBound.exact()).named("sum"),
              Outcome.reals(y, expected, Scenario.bounds(element).rmsNorm(width)));
        });
  }
}
