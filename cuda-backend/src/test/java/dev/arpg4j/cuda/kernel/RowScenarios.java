package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.LayerBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;

/** Sizes of {@link Rowwise}. */
final class RowScenarios {
  private RowScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int[] size : new int[][] {{5, 9}, {40, 64}, {300, 1}, {3, 4104}}) {
      scenarios.add(addBias(element, false, size[0], size[1], false));
      scenarios.add(addBias(element, true, size[0], size[1], false));
    }
    for (int[] size : new int[][] {{5, 9}, {40, 64}, {300, 1}, {3, 4104}}) {
      scenarios.add(mulRows(element, size[0], size[1]));
    }
    scenarios.add(addBias(element, false, 7, 24, true));
    if (element == Element.F32) {
      scenarios.add(addBias(element, true, 7, 24, true));
    }
    for (int[] size : new int[][] {{2, 3, 9}, {3, 5, 64}, {4, 1, 8}, {130, 2, 1}, {1, 2, 4104}}) {
      for (boolean shared : new boolean[] {false, true}) {
        scenarios.add(modulate(element, size[0], size[1], size[2], shared));
        scenarios.add(addGated(element, size[0], size[1], size[2], shared));
      }
    }
    return scenarios;
  }

  /**
   * What is rounded once is exact.
   *
   * @param sums whether x is float32, whatever the element
   */
  private static Scenario addBias(
      Element element, boolean sums, int rows, int width, boolean inPlace) {
    Element from = sums ? Element.F32 : element;
    Numbers numbers = new Numbers(41);
    double[] x = numbers.reals(from, rows * width, 2);
    double[] bias = numbers.reals(Element.F32, width, 1);
    double[] expected =
        Oracle.of(
            ops ->
                ops.addBias(
                    ops.tensor(Shape.of(rows, width), x),
                    Oracle.weight(ops, Shape.of(width), bias)));
    return new Scenario(
        "rowwise",
        element,
        "addBias%s %d x %d%s"
            .formatted(sums ? " to sums" : "", rows, width, inPlace ? " in place" : ""),
        true,
        device -> {
          var y = inPlace ? device.filled(element, x) : device.result(element, x.length);
          long operand = inPlace ? y.address() : device.reals(from, x);
          long added = device.reals(Element.F32, bias);
          Rowwise rowwise = new Rowwise(device, element);
          if (sums) {
            rowwise.addBiasToSums(operand, added, y.address(), rows, width);
          } else {
            rowwise.addBias(operand, added, y.address(), rows, width);
          }
          return List.of(Outcome.reals(y, Numbers.round(element, expected), ErrorBound.exact()));
        });
  }

  /** x and another operand of x's shape, and one or two of which a row may serve a sequence. */
  private record Rows(double[] x, double[] like, double[] one, double[] other, int share) {
    static Rows of(Element element, int batch, int n, int width, boolean shared) {
      Numbers numbers = new Numbers(44);
      int served = shared ? n : 1;
      int size = batch * n * width;
      return new Rows(
          numbers.reals(element, size, 3),
          numbers.reals(element, size, 3),
          numbers.reals(element, size / served, 2),
          numbers.reals(element, size / served, 2),
          served);
    }

    String name(String op, int batch, int n, int width) {
      return "%s [%d, %d, %d], a row for each %d".formatted(op, batch, n, width, share);
    }
  }

  /** In place. */
  private static Scenario modulate(Element element, int batch, int n, int width, boolean shared) {
    Rows in = Rows.of(element, batch, n, width, shared);
    Shape rows = Shape.of(batch, n / in.share, width);
    double[] expected =
        Oracle.of(
            ops ->
                ops.modulate(
                    ops.tensor(Shape.of(batch, n, width), in.x),
                    ops.tensor(rows, in.one),
                    ops.tensor(rows, in.other)));
    LayerBounds bounds = Scenario.bounds(element).layers();
    ErrorBound bound =
        bounds.modulate(
            Magnitude.ofRows(in.x, width),
            Magnitude.ofRows(in.one, width),
            Magnitude.ofRows(in.other, width),
            width);
    return new Scenario(
        "rowwise",
        element,
        in.name("modulate", batch, n, width),
        true,
        device -> {
          var y = device.filled(element, in.x);
          new Rowwise(device, element)
              .modulate(
                  y.address(),
                  device.reals(element, in.one),
                  device.reals(element, in.other),
                  y.address(),
                  batch * n,
                  width,
                  in.share);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /** In the branch's place. */
  private static Scenario addGated(Element element, int batch, int n, int width, boolean shared) {
    Rows in = Rows.of(element, batch, n, width, shared);
    Shape shape = Shape.of(batch, n, width);
    double[] expected =
        Oracle.of(
            ops ->
                ops.addGated(
                    ops.tensor(shape, in.x),
                    ops.tensor(shape, in.like),
                    ops.tensor(shape.with(1, n / in.share), in.one)));
    ErrorBound bound =
        Scenario.bounds(element)
            .layers()
            .addGated(
                Magnitude.ofRows(in.x, width),
                Magnitude.ofRows(in.like, width),
                Magnitude.ofRows(in.one, width),
                width);
    return new Scenario(
        "rowwise",
        element,
        in.name("addGated", batch, n, width),
        true,
        device -> {
          var y = device.filled(element, in.like);
          new Rowwise(device, element)
              .addGated(
                  device.reals(element, in.x),
                  y.address(),
                  device.reals(element, in.one),
                  y.address(),
                  batch * n,
                  width,
                  in.share);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /** In place. */
  private static Scenario mulRows(Element element, int rows, int width) {
    Numbers numbers = new Numbers(45);
    double[] x = numbers.reals(element, rows * width, 2);
    double[] factor = numbers.reals(Element.F32, rows, 3);
    double[] expected =
        Oracle.of(
            ops ->
                ops.mulRows(
                    ops.tensor(Shape.of(rows, width), x), ops.tensor(Shape.of(rows), factor)));
    return new Scenario(
        "rowwise",
        element,
        "mulRows %d x %d".formatted(rows, width),
        true,
        device -> {
          var y = device.filled(element, x);
          new Rowwise(device, element)
              .mulRows(y.address(), device.reals(Element.F32, factor), y.address(), rows, width);
          return List.of(Outcome.reals(y, expected, Scenario.bounds(element).mul()));
        });
  }
}
