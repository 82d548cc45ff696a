package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Sizes of {@link Entrywise}. */
final class MapScenarios {
  private MapScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    int[][] repeats = {
      {1, 1}, {7, 7}, {64, 64}, {64, 1}, {48, 16}, {30, 5}, {42, 3}, {4096, 8}, {140_000, 140_000}
    };
    for (int[] size : repeats) {
      scenarios.add(joined(element, "add", size[0], size[1]));
      scenarios.add(joined(element, "mul", size[0], size[1]));
    }
    for (int size : new int[] {1, 13, 256, 140_001}) {
      scenarios.add(mapped(element, "scale", size));
      scenarios.add(mapped(element, "silu", size));
      scenarios.add(gelu(element, size, false));
      scenarios.add(gelu(element, size, true));
      scenarios.add(joined(element, "swiGlu", size, size));
    }
    for (int[] sizes : new int[][] {{2, 1}, {2, 33}, {3, 64}, {2, 4096}, {4, 17}}) {
      scenarios.add(guidance(element, sizes[0], sizes[1]));
    }
    if (element == Element.BF16) {
      for (int size : new int[] {1, 9, 64, 5000}) {
        scenarios.add(widened(size));
        scenarios.add(narrowed(size));
      }
      scenarios.add(narrowedTies());
    }
    return scenarios;
  }

  private static Scenario joined(Element element, String op, int size, int repeat) {
    Numbers numbers = new Numbers(3);
    double[] a = numbers.reals(element, size, 6);
    double[] b = numbers.reals(element, repeat, 2);
    var bounds = Scenario.bounds(element);
    BiFunction<Tensor, Tensor, BiFunction<Backend, String, Tensor>> said =
        (x, y) ->
            (ops, name) ->
                switch (name) {
                  case "add" -> ops.add(x, y);
                  case "mul" -> ops.mul(x, y);
                  default -> ops.swiGlu(x, y);
                };
    double[] expected =
        Oracle.of(
            ops ->
                said.apply(
                        ops.tensor(Shape.of(size / repeat, repeat), a),
                        ops.tensor(op.equals("swiGlu") ? Shape.of(1, repeat) : Shape.of(repeat), b))
                    .apply(ops, op));
    ErrorBound bound =
        switch (op) {
          case "add" ->
              bounds.add(Magnitude.ofRows(a, repeat), Magnitude.ofRows(b, repeat), repeat);
          case "mul" -> bounds.mul();
          default -> bounds.swiGlu(Magnitude.ofRows(a, size), Magnitude.ofRows(b, size), size);
        };
    return new Scenario(
        "entrywise",
        element,
        "%s %d by %d".formatted(op, size, repeat),
        true,
        device -> {
          var y = device.result(element, size);
          Entrywise entrywise = new Entrywise(device, element);
          long first = device.reals(element, a);
          long second = device.reals(element, b);
          switch (op) {
            case "add" -> entrywise.add(first, second, y.address(), size, repeat);
            case "mul" -> entrywise.mul(first, second, y.address(), size, repeat);
            default -> entrywise.swiGlu(first, second, y.address(), size);
          }
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario mapped(Element element, String op, int size) {
    double[] x = new Numbers(4).reals(element, size, 30);
    float factor = -0.37f;
    double[] expected =
        Oracle.of(
            ops -> {
              Tensor tensor = ops.tensor(Shape.of(size), x);
              return op.equals("silu") ? ops.silu(tensor) : ops.scale(tensor, factor);
            });
    var bounds = Scenario.bounds(element);
    ErrorBound bound = op.equals("silu") ? bounds.silu(Magnitude.ofRows(x, 1), 1) : bounds.scale();
    return new Scenario(
        "entrywise",
        element,
        op + " " + size,
        true,
        device -> {
          var y = device.result(element, size);
          Entrywise entrywise = new Entrywise(device, element);
          if (op.equals("silu")) {
            entrywise.silu(device.reals(element, x), y.address(), size);
          } else {
            entrywise.scale(device.reals(element, x), factor, y.address(), size);
          }
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /** Up to where the normal distribution function has no float, and around zero. */
  private static Scenario gelu(Element element, int size, boolean tanh) {
    double[] x = new Numbers(12).reals(element, size, 15);
    for (int at = 0; at < size; at += 3) {
      x[at] = Numbers.round(element, x[at] / 15);
    }
    double[] expected = Oracle.of(ops -> ops.gelu(ops.tensor(Shape.of(size), x), tanh));
    ErrorBound bound = Scenario.bounds(element).layers().gelu(Magnitude.ofRows(x, 1), 1, tanh);
    return new Scenario(
        "entrywise",
        element,
        "gelu %s %d".formatted(tanh ? "by tanh" : "by erf", size),
        true,
        device -> {
          var y = device.filled(element, x);
          new Entrywise(device, element).gelu(y.address(), tanh, y.address(), size);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario guidance(Element element, int branches, int size) {
    Numbers numbers = new Numbers(5);
    double[] logits = numbers.reals(element, branches * size, 5);
    double[] weights = numbers.reals(Element.F32, branches - 1, 4);
    double[] expected =
        Oracle.of(
            ops ->
                ops.guidance(
                    ops.tensor(Shape.of(branches, 1, size), logits),
                    ops.tensor(Shape.of(branches - 1), weights)));
    ErrorBound bound =
        Scenario.bounds(element)
            .decoding()
            .guidance(
                Magnitude.ofRows(logits, size),
                Magnitude.ofRows(weights, branches - 1),
                branches,
                size);
    return new Scenario(
        "entrywise",
        element,
        "guidance %d x %d".formatted(branches, size),
        true,
        device -> {
          var y = device.result(element, size);
          new Entrywise(device, element)
              .guidance(
                  device.reals(element, logits),
                  device.reals(Element.F32, weights),
                  y.address(),
                  branches,
                  size);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario widened(int size) {
    double[] x = new Numbers(6).reals(Element.BF16, size, 1e3);
    return new Scenario(
        "entrywise",
        Element.BF16,
        "widen " + size,
        true,
        device -> {
          var y = device.result(Element.F32, size);
          new Entrywise(device, Element.BF16)
              .widen(device.reals(Element.BF16, x), y.address(), size);
          return List.of(Outcome.reals(y, x, ErrorBound.exact()));
        });
  }

  private static Scenario narrowed(int size) {
    return narrowed("narrow " + size, new Numbers(7).reals(Element.F32, size, 1e3));
  }

  /** Halfway cases, which go to the even neighbour, infinities, and a carry into the exponent. */
  private static Scenario narrowedTies() {
    double[] x =
        Stream.of(
                0x3f808000, 0x3f818000, 0x3f7fffff, 0x80000000, 0x7f800000, 0xff800000, 0x7f7fffff)
            .mapToDouble(Float::intBitsToFloat)
            .toArray();
    return narrowed("narrow ties", x);
  }

  private static Scenario narrowed(String name, double[] x) {
    return new Scenario(
        "entrywise",
        Element.BF16,
        name,
        true,
        device -> {
          var y = device.result(Element.BF16, x.length);
          new Entrywise(device, Element.BF16)
              .narrow(device.reals(Element.F32, x), y.address(), x.length);
          return List.of(Outcome.reals(y, Numbers.round(Element.BF16, x), ErrorBound.exact()));
        });
  }
}
