package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link Positions}. */
final class PositionScenarios {
  private PositionScenarios() {}

  private record Sizes(int batch, int n, int heads, int headDim, int images, int tableRows) {
    int width() {
      return heads * headDim;
    }

    int size() {
      return batch * n * width();
    }

    @Override
    public String toString() {
      return "[%d, %d, %d x %d] by %d".formatted(batch, n, heads, headDim, images);
    }
  }

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    List<Sizes> all =
        List.of(
            new Sizes(2, 3, 2, 6, 1, 5),
            new Sizes(4, 5, 2, 64, 2, 9),
            new Sizes(1, 1, 1, 2, 1, 1),
            new Sizes(2, 3, 3, 10, 2, 4),
            new Sizes(1, 2, 16, 128, 1, 7),
            new Sizes(3, 4, 2, 8, 3, 6));
    for (Sizes sizes : all) {
      scenarios.add(rope(element, sizes));
      scenarios.add(append(element, sizes, true));
    }
    scenarios.add(append(element, new Sizes(2, 3, 3, 5, 1, 2), false));
    scenarios.add(append(element, new Sizes(2, 3, 4, 16, 1, 2), false));
    return scenarios;
  }

  /** Operands of one case. */
  private record Drawn(double[] x, double[] v, double[] table, int[] rows, double[] rotated) {
    static Drawn of(Element element, Sizes at) {
      Numbers numbers = new Numbers(12);
      double[] x = numbers.reals(element, at.size(), 2);
      double[] v = numbers.reals(element, at.size(), 2);
      int pairs = at.headDim / 2;
      double[] table = numbers.table(at.tableRows, Math.max(1, pairs));
      int[] rows = numbers.ints(at.images * at.n, 0, at.tableRows);
      rows[0] = at.tableRows - 1;
      double[] rotated =
          at.headDim % 2 == 1
              ? x
              : Oracle.of(
                  ops ->
                      ops.rope(
                          ops.tensor(Shape.of(at.batch, at.n, at.width()), x),
                          ops.tensor(Shape.of(at.tableRows, pairs, 2), table),
                          ops.ints(Shape.of(at.images, at.n), rows),
                          at.heads));
      return new Drawn(x, v, table, rows, rotated);
    }

    Rotation rotation(ShimDevice device, Sizes at) {
      return new Rotation(
          device.reals(Element.F32, table), at.tableRows, new Index(device.ints(rows), at.images));
    }

    ErrorBound bound(Element element, Sizes at) {
      return Scenario.bounds(element)
          .rope(Magnitude.ofRows(x, at.width()), Magnitude.ofRows(table, 2), at.width());
    }
  }

  private static Scenario rope(Element element, Sizes at) {
    Drawn drawn = Drawn.of(element, at);
    return new Scenario(
        "positions",
        element,
        "rope " + at,
        true,
        device -> {
          var y = device.result(element, at.size());
          new Positions(device, element)
              .rope(
                  device.reals(element, drawn.x),
                  drawn.rotation(device, at),
                  y.address(),
                  at.batch,
                  at.n,
                  at.heads,
                  at.headDim,
                  device.fault());
          return List.of(Outcome.reals(y, drawn.rotated, drawn.bound(element, at)));
        });
  }

  /** Into rows 2 .. 2+n-1 of a cache that holds other rows before and after. */
  private static Scenario append(Element element, Sizes at, boolean rotated) {
    Drawn drawn = Drawn.of(element, at);
    int from = 2;
    int capacity = at.n + 3;
    int stride = capacity * at.width();
    double[] before = new Numbers(13).reals(element, at.batch * stride, 1);
    double[] keys = placed(before, rotated ? drawn.rotated : drawn.x, at, from, stride);
    double[] values = placed(before, drawn.v, at, from, stride);
    ErrorBound ofRows = drawn.bound(element, at);
    ErrorBound bound =
        (index, expected, found) -> {
          int b = index / stride;
          int within = index % stride - from * at.width();
          return within >= 0 && within < at.n * at.width()
              ? ofRows.allowed(b * at.n * at.width() + within, expected, found)
              : 0;
        };
    return new Scenario(
        "positions",
        element,
        "append%s %s".formatted(rotated ? "Rotated" : "", at),
        true,
        device -> {
          var k = device.filled(element, before);
          var v = device.filled(element, before);
          new Positions(device, element)
              .appendRotated(
                  device.reals(element, drawn.x),
                  device.reals(element, drawn.v),
                  new Positions.CacheRows(k.address(), v.address(), stride, from),
                  rotated ? drawn.rotation(device, at) : Rotation.NONE,
                  at.batch,
                  at.n,
                  at.heads,
                  at.headDim,
                  device.fault());
          return List.of(
              Outcome.reals(k, keys, rotated ? bound : ErrorBound.exact()).named("keys"),
              Outcome.reals(v, values, ErrorBound.exact()).named("values"));
        });
  }

  private static double[] placed(double[] before, double[] rows, Sizes at, int from, int stride) {
    double[] placed = Arrays.copyOf(before, before.length);
    int count = at.n * at.width();
    for (int b = 0; b < at.batch; b++) {
      System.arraycopy(rows, b * count, placed, b * stride + from * at.width(), count);
    }
    return placed;
  }
}
