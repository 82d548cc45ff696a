package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
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
    }
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
