package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link RowSums}. */
final class RowSumScenarios {
  private RowSumScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    int[][] sizes = {{1, 1}, {3, 7}, {9, 64}, {65, 257}, {130, 300}, {20_000, 3}, {0, 5}};
    for (int[] size : sizes) {
      scenarios.add(sumColumns(element, size[0], size[1]));
    }
    // one place for all, more places than rows, rows longer than a block's, and many indices
    scenarios.add(scatterAdd(element, 2, 5, 3, 7, 1));
    scenarios.add(scatterAdd(element, 4, 6, 1, 16, 2));
    scenarios.add(scatterAdd(element, 3, 40, 90, 1, 3));
    scenarios.add(scatterAdd(element, 2, 3, 2, 2056, 2));
    scenarios.add(scatterAdd(element, 1, 300, 5, 40, 1));
    scenarios.add(scatterAdd(element, 1, 300, 3, 520, 1));
    scenarios.add(scatterAdd(element, 1, 0, 4, 9, 1));
    return scenarios;
  }

  private static Scenario sumColumns(Element element, int rows, int width) {
    double[] x = new Numbers(70).reals(element, rows * width, 2);
    double[] expected = Oracle.of(ops -> ops.sumColumns(ops.tensor(Shape.of(rows, width), x)));
    ErrorBound bound =
        Scenario.bounds(Element.F32)
            .gradients()
            .sumColumns(
                rows == 0
                    ? Magnitude.ofRows(new double[width], 1)
                    : Magnitude.ofColumns(x, rows, width),
                rows);
    return new Scenario(
        "rowsums",
        element,
        "sumColumns %d x %d".formatted(rows, width),
        true,
        device -> {
          var y = device.result(Element.F32, width);
          var scratch = device.scratch((int) (RowSums.scratchBytes(rows, width) / Float.BYTES));
          new RowSums(device, element)
              .sumColumns(device.reals(element, x), y.address(), rows, width, scratch.address());
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario scatterAdd(
      Element element, int batch, int n, int rows, int inner, int images) {
    Numbers numbers = new Numbers(71);
    Shape shape = Shape.of(batch, n, inner);
    double[] x = numbers.reals(element, batch * n * inner, 2);
    int[] index = numbers.ints(images * n, 0, rows);
    Arrays.fill(index, 0, n / 3, rows - 1);
    double[] expected =
        Oracle.of(
            ops ->
                ops.scatterAdd(ops.tensor(shape, x), ops.ints(Shape.of(images, n), index), rows));
    ErrorBound bound =
        n == 0
            ? ErrorBound.exact()
            : Scenario.bounds(element).gradients().scatterAdd(x, shape, index, rows);
    return new Scenario(
        "rowsums",
        element,
        "scatterAdd [%d, %d, %d] to %d by %d".formatted(batch, n, inner, rows, images),
        true,
        device -> {
          var y = device.result(element, batch * rows * inner);
          new RowSums(device, element)
              .scatterAdd(
                  device.reals(element, x),
                  new Index(device.ints(index), images),
                  y.address(),
                  batch,
                  n,
                  rows,
                  inner,
                  device.fault());
          return List.of(Outcome.reals(y, expected, bound));
        });
  }
}
