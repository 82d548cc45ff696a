package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.ArrayList;
import java.util.List;

/** Sizes of {@link Movement}; all results are the very same bits. */
final class MovementScenarios {
  private MovementScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int[] size : new int[][] {{5, 9, 7}, {6, 4, 64}, {300, 3, 1}, {2, 3, 5000}, {4, 4, 40}}) {
      scenarios.add(embed(element, size[0], size[1], size[2]));
    }
    int[][] gathers = {{2, 5, 3, 7, 1}, {4, 6, 6, 16, 2}, {3, 40, 90, 1, 3}, {2, 2, 1, 2056, 2}};
    for (int[] size : gathers) {
      scenarios.add(gather(element, size[0], size[1], size[2], size[3], size[4]));
    }
    for (int[] size : new int[][] {{1, 1, 1}, {3, 9, 5}, {2, 1, 64}, {70, 9, 40}}) {
      scenarios.add(transposeEach(element, size[0], size[1], size[2]));
    }
    scenarios.add(copyAxis(element, 3, 5, 7, 9, 2, 1));
    scenarios.add(copyAxis(element, 4, 32, 48, 64, 16, 8));
    scenarios.add(copyAxis(element, 1, 9001, 9001, 9001, 0, 0));
    scenarios.add(copyAxis(element, 600, 1, 3, 2, 1, 0));
    return scenarios;
  }

  private static Scenario embed(Element element, int count, int rows, int width) {
    Numbers numbers = new Numbers(8);
    double[] table = numbers.reals(element, rows * width, 2);
    int[] ids = numbers.ints(count, 0, rows);
    ids[count - 1] = rows - 1;
    double[] expected =
        Oracle.of(
            ops ->
                ops.embed(
                    Oracle.weight(ops, Shape.of(rows, width), table),
                    ops.ints(Shape.of(count), ids)));
    return new Scenario(
        "movement",
        element,
        "embed %d of %d x %d".formatted(count, rows, width),
        true,
        device -> {
          var y = device.result(element, count * width);
          new Movement(device, element)
              .embed(
                  device.reals(element, table),
                  device.ints(ids),
                  y.address(),
                  count,
                  rows,
                  width,
                  device.fault());
          return List.of(Outcome.reals(y, expected, ErrorBound.exact()));
        });
  }

  private static Scenario gather(Element element, int batch, int m, int n, int inner, int images) {
    int used = batch % images == 0 ? images : 1;
    Numbers numbers = new Numbers(9);
    double[] x = numbers.reals(element, batch * m * inner, 2);
    int[] index = numbers.ints(used * n, 0, m);
    double[] expected =
        Oracle.of(
            ops ->
                ops.gather(
                    ops.tensor(Shape.of(batch, m, inner), x), ops.ints(Shape.of(used, n), index)));
    return new Scenario(
        "movement",
        element,
        "gather [%d, %d, %d] to %d by %d".formatted(batch, m, inner, n, used),
        true,
        device -> {
          var y = device.result(element, batch * n * inner);
          new Movement(device, element)
              .gather(
                  device.reals(element, x),
                  new Index(device.ints(index), used),
                  y.address(),
                  batch,
                  m,
                  n,
                  inner,
                  device.fault());
          return List.of(Outcome.reals(y, expected, ErrorBound.exact()));
        });
  }

  private static Scenario copyAxis(
      Element element, int outer, int run, int xStride, int yStride, int xOffset, int yOffset) {
    double[] x = new Numbers(10).reals(element, outer * xStride, 2);
    double[] before = new Numbers(11).reals(element, outer * yStride, 2);
    double[] expected = before.clone();
    for (int o = 0; o < outer; o++) {
      System.arraycopy(x, o * xStride + xOffset, expected, o * yStride + yOffset, run);
    }
    return new Scenario(
        "movement",
        element,
        "copyAxis %d times %d".formatted(outer, run),
        true,
        device -> {
          var y = device.filled(element, before);
          new Movement(device, element)
              .copyAxis(
                  device.reals(element, x),
                  xOffset,
                  xStride,
                  y.address(),
                  yOffset,
                  yStride,
                  outer,
                  run);
          return List.of(Outcome.reals(y, expected, ErrorBound.exact()));
        });
  }

  private static Scenario transposeEach(Element element, int outer, int rows, int columns) {
    double[] x = new Numbers(11).reals(element, outer * rows * columns, 2);
    double[] expected = new double[x.length];
    for (int at = 0; at < x.length; at++) {
      int column = at % columns;
      int row = at / columns % rows;
      expected[(at / columns / rows * columns + column) * rows + row] = x[at];
    }
    return new Scenario(
        "movement",
        element,
        "transposeEach %d of %d x %d".formatted(outer, rows, columns),
        true,
        device -> {
          var y = device.result(element, x.length);
          new Movement(device, element)
              .transposeEach(device.reals(element, x), y.address(), outer, rows, columns);
          return List.of(Outcome.reals(y, expected, ErrorBound.exact()));
        });
  }
}
