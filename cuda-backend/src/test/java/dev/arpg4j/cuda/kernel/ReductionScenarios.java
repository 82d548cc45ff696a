package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;

/** Sizes of {@link Reductions}. */
final class ReductionScenarios {
  private ReductionScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    int[][] sizes = {{1, 1}, {3, 7}, {2, 64}, {4, 257}, {2, 1024}, {1, 4100}, {1, 16456}};
    for (int[] size : sizes) {
      scenarios.add(softmax(element, size[0], size[1], 4));
      scenarios.add(crossEntropy(element, size[0], size[1]));
      scenarios.add(crossEntropyBackward(element, size[0], size[1]));
      scenarios.add(sumRows(element, size[0], size[1]));
    }
    scenarios.add(softmax(element, 3, 40, 300));
    scenarios.add(sumRows(element, 2, 0));
    for (int size : new int[] {1, 13, 1024, 5001, 70_000}) {
      scenarios.add(mean(element, size));
    }
    return scenarios;
  }

  private static Scenario softmax(Element element, int rows, int width, double scale) {
    double[] x = new Numbers(14).reals(element, rows * width, scale);
    if (width > 2) {
      x[1] = Double.NEGATIVE_INFINITY;
    }
    double[] expected = Oracle.of(ops -> ops.softmax(ops.tensor(Shape.of(rows, width), x)));
    ErrorBound bound = Scenario.bounds(element).softmax(Magnitude.ofRows(x, width), width);
    return new Scenario(
        "reductions",
        element,
        "softmax %d x %d up to %s".formatted(rows, width, scale),
        true,
        device -> {
          var y = device.result(element, rows * width);
          new Reductions(device, element)
              .softmax(device.reals(element, x), y.address(), rows, width);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario crossEntropy(Element element, int rows, int width) {
    Numbers numbers = new Numbers(15);
    double[] x = numbers.reals(element, rows * width, 6);
    int[] targets = numbers.ints(rows, 0, width);
    targets[0] = width - 1;
    double[] expected =
        Oracle.of(
            ops ->
                ops.crossEntropy(
                    ops.tensor(Shape.of(rows, width), x), ops.ints(Shape.of(rows), targets)));
    ErrorBound bound = Scenario.bounds(Element.F32).crossEntropy(Magnitude.ofRows(x, width), width);
    return new Scenario(
        "reductions",
        element,
        "crossEntropy %d x %d".formatted(rows, width),
        true,
        device -> {
          var y = device.result(Element.F32, rows);
          new Reductions(device, element)
              .crossEntropy(
                  device.reals(element, x),
                  device.ints(targets),
                  y.address(),
                  rows,
                  width,
                  device.fault());
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario sumRows(Element element, int rows, int width) {
    double[] x = new Numbers(16).reals(element, rows * width, 3);
    double[] expected =
        width == 0
            ? new double[rows]
            : Oracle.of(ops -> ops.sumRows(ops.tensor(Shape.of(rows, width), x)));
    ErrorBound bound =
        width == 0
            ? ErrorBound.exact()
            : Scenario.bounds(Element.F32).sumRows(Magnitude.ofRows(x, width), width);
    return new Scenario(
        "reductions",
        element,
        "sumRows %d x %d".formatted(rows, width),
        true,
        device -> {
          var y = device.result(Element.F32, rows);
          new Reductions(device, element)
              .sumRows(device.reals(element, x), y.address(), rows, width);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario mean(Element element, int size) {
    double[] x = new Numbers(17).reals(element, size, 3);
    double[] expected = Oracle.of(ops -> ops.mean(ops.tensor(Shape.of(size), x)));
    ErrorBound bound = Scenario.bounds(Element.F32).mean(Magnitude.ofRows(x, size), size);
    return new Scenario(
        "reductions",
        element,
        "mean " + size,
        true,
        device -> {
          var y = device.result(Element.F32, 1);
          var scratch = device.scratch((int) Reductions.meanScratchBytes() / Float.BYTES);
          new Reductions(device, element)
              .mean(device.reals(element, x), y.address(), size, scratch.address());
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /** In the logits' place. */
  private static Scenario crossEntropyBackward(Element element, int rows, int width) {
    Numbers numbers = new Numbers(17);
    double[] x = numbers.reals(element, rows * width, 6);
    int[] targets = numbers.ints(rows, 0, width);
    targets[0] = width - 1;
    double[] dy = numbers.reals(Element.F32, rows, 2);
    double[] expected =
        Oracle.of(
            ops ->
                ops.crossEntropyBackward(
                    ops.tensor(Shape.of(rows, width), x),
                    ops.ints(Shape.of(rows), targets),
                    ops.tensor(Shape.of(rows), dy)));
    ErrorBound bound =
        Scenario.bounds(element)
            .gradients()
            .crossEntropy(Magnitude.ofRows(x, width), targets, dy, width);
    return new Scenario(
        "reductions",
        element,
        "crossEntropy backward %d x %d".formatted(rows, width),
        true,
        device -> {
          var dx = device.filled(element, x);
          new Reductions(device, element)
              .crossEntropyBackward(
                  dx.address(),
                  device.ints(targets),
                  device.reals(Element.F32, dy),
                  dx.address(),
                  rows,
                  width,
                  device.fault());
          return List.of(Outcome.reals(dx, expected, bound));
        });
  }
}
