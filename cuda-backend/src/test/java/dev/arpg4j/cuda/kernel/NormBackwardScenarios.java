package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;

/** Sizes of {@link NormBackward}, and of the norm's scale in {@link RowSums}. */
final class NormBackwardScenarios {
  private static final double EPSILON = 1e-5f;

  private static final int[][] SIZES = {
    {1, 1}, {3, 7}, {5, 64}, {2, 257}, {70, 40}, {2, 1024}, {1, 8200}
  };

  private NormBackwardScenarios() {}

  static List<Scenario> rows(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int[] size : SIZES) {
      scenarios.add(Rms.of(element, size[0], size[1]).ofRows());
      scenarios.add(layerNorm(element, size[0], size[1], 0));
    }
    scenarios.add(layerNorm(element, 3, 100, 50));
    return scenarios;
  }

  static List<Scenario> scales(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int[] size : SIZES) {
      scenarios.add(Rms.of(element, size[0], size[1]).ofScale());
    }
    return scenarios;
  }

  /** A root-mean-square norm and its gradients. */
  private record Rms(
      Element element,
      int rows,
      int width,
      double[] x,
      double[] scale,
      double[] dy,
      List<double[]> expected) {
    static Rms of(Element element, int rows, int width) {
      Numbers numbers = new Numbers(72);
      Shape shape = Shape.of(rows, width);
      double[] x = numbers.reals(element, rows * width, 3);
      double[] scale = numbers.reals(Element.F32, width, 2);
      double[] dy = numbers.reals(element, rows * width, 2);
      List<double[]> expected =
          Oracle.each(
              ops -> {
                NormGradients said =
                    ops.rmsNormBackward(
                        ops.tensor(shape, x),
                        Oracle.weight(ops, Shape.of(width), scale),
                        EPSILON,
                        ops.tensor(shape, dy));
                return List.of(said.x(), said.scale());
              });
      return new Rms(element, rows, width, x, scale, dy, expected);
    }

    private List<ErrorBound> bounds(Element result) {
      Magnitude scales = Magnitude.ofRows(scale, width);
      return Scenario.bounds(result).gradients().norms().rms(x, scales, EPSILON, dy, width);
    }

    private double[] inverses() {
      double[] inverses = new double[rows];
      for (int row = 0; row < rows; row++) {
        double squares = 0;
        for (int at = row * width; at < (row + 1) * width; at++) {
          squares += x[at] * x[at];
        }
        inverses[row] = 1 / Math.sqrt(squares / width + EPSILON);
      }
      return inverses;
    }

    /** In dy's place. */
    Scenario ofRows() {
      // squares are positive, so their sum is off by no more than a rounding for each
      ErrorBound ofInverse = ErrorBound.of(0, (width / 2.0 + 8) * 0x1p-24);
      return new Scenario(
          "normgrads",
          element,
          "rmsNorm backward %d x %d".formatted(rows, width),
          true,
          device -> {
            var dx = device.filled(element, dy);
            var inverse = device.result(Element.F32, rows);
            new NormBackward(device, element)
                .rmsNorm(
                    device.reals(element, x),
                    device.reals(Element.F32, scale),
                    dx.address(),
                    dx.address(),
                    inverse.address(),
                    rows,
                    width,
                    (float) EPSILON);
            return List.of(
                Outcome.reals(dx, expected.get(0), bounds(element).get(0)),
                Outcome.reals(inverse, inverses(), ofInverse).named("inverse"));
          });
    }

    Scenario ofScale() {
      return new Scenario(
          "rowsums",
          element,
          "normScale %d x %d".formatted(rows, width),
          true,
          device -> {
            var y = device.result(Element.F32, width);
            var scratch = device.scratch((int) (RowSums.scratchBytes(rows, width) / Float.BYTES));
            new RowSums(device, element)
                .normScale(
                    device.reals(element, x),
                    device.reals(element, dy),
                    device.reals(Element.F32, inverses()),
                    y.address(),
                    rows,
                    width,
                    scratch.address());
            return List.of(Outcome.reals(y, expected.get(1), bounds(Element.F32).get(1)));
          });
    }
  }

  /** In x's place; of rows that may lie far from 0. */
  private static Scenario layerNorm(Element element, int rows, int width, double far) {
    Numbers numbers = new Numbers(73);
    Shape shape = Shape.of(rows, width);
    double[] x = numbers.reals(element, rows * width, 3);
    for (int at = 0; at < x.length; at++) {
      x[at] = Numbers.round(element, x[at] + far);
    }
    double[] dy = numbers.reals(element, rows * width, 2);
    double[] expected =
        Oracle.of(
            ops -> ops.layerNormBackward(ops.tensor(shape, x), EPSILON, ops.tensor(shape, dy)));
    ErrorBound bound = Scenario.bounds(element).gradients().norms().layer(x, EPSILON, dy, width);
    return new Scenario(
        "normgrads",
        element,
        "layerNorm backward %d x %d about %s".formatted(rows, width, far),
        true,
        device -> {
          var dx = device.filled(element, x);
          new NormBackward(device, element)
              .layerNorm(
                  dx.address(),
                  device.reals(element, dy),
                  dx.address(),
                  rows,
                  width,
                  (float) EPSILON);
          return List.of(Outcome.reals(dx, expected, bound));
        });
  }
}
