package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.GradientBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;

/** Sizes of what training says entry by entry: of {@link Entrywise} and {@link Optimizer}. */
final class TrainingMapScenarios {
  private TrainingMapScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int size : new int[] {1, 13, 256, 140_001}) {
      for (Slope slope : Slope.values()) {
        scenarios.add(backward(element, slope, size));
      }
      scenarios.add(swiGluBackward(element, size));
      scenarios.add(dropout(element, size, 0.3));
      scenarios.add(power(element, size, 0.25, -0.5));
    }
    scenarios.add(power(element, 40, 0, 0.5));
    scenarios.add(power(element, 40, 1e-8, -1));
    scenarios.add(power(element, 40, -3, 2));
    scenarios.add(dropout(element, 64, 0));
    if (element == Element.BF16) {
      for (int size : new int[] {1, 9, 5000, 140_001}) {
        scenarios.add(roundSingles(size));
      }
    }
    return scenarios;
  }

  private static GradientBounds bounds(Element element) {
    return Scenario.bounds(element).gradients();
  }

  /** An op of x and the gradient by its result. */
  private enum Slope {
    SILU,
    GELU,
    GELU_TANH
  }

  /** With entries where the logistic function or what it lacks is nothing, and squares overflow. */
  private static Scenario backward(Element element, Slope slope, int size) {
    Numbers numbers = new Numbers(61);
    double[] x = numbers.reals(element, size, 8);
    double[] dy = numbers.reals(element, size, 3);
    x[0] = -90;
    x[size / 2] = 0x1p100;
    Shape shape = Shape.of(size);
    double[] expected =
        Oracle.of(
            ops ->
                switch (slope) {
                  case SILU -> ops.siluBackward(ops.tensor(shape, x), ops.tensor(shape, dy));
                  case GELU -> ops.geluBackward(ops.tensor(shape, x), false, ops.tensor(shape, dy));
                  case GELU_TANH ->
                      ops.geluBackward(ops.tensor(shape, x), true, ops.tensor(shape, dy));
                });
    ErrorBound bound =
        switch (slope) {
          case SILU -> bounds(element).silu(x, dy);
          case GELU -> bounds(element).gelu(x, false, dy);
          case GELU_TANH -> bounds(element).gelu(x, true, dy);
        };
    return new Scenario(
        "entrywise",
        element,
        "%s backward %d".formatted(slope, size),
        true,
        device -> {
          var dx = device.filled(element, dy); // in dy's place
          long in = device.reals(element, x);
          Entrywise entrywise = new Entrywise(device, element);
          if (slope == Slope.SILU) {
            entrywise.siluBackward(in, dx.address(), dx.address(), size);
          } else {
            boolean tanh = slope == Slope.GELU_TANH;
            entrywise.geluBackward(in, tanh, dx.address(), dx.address(), size);
          }
          return List.of(Outcome.reals(dx, expected, bound));
        });
  }

  private static Scenario swiGluBackward(Element element, int size) {
    Numbers numbers = new Numbers(62);
    double[] gate = numbers.reals(element, size, 6);
    double[] up = numbers.reals(element, size, 2);
    double[] dy = numbers.reals(element, size, 2);
    Shape shape = Shape.of(size);
    List<double[]> expected =
        Oracle.each(
            ops -> {
              GateGradients said =
                  ops.swiGluBackward(
                      ops.tensor(shape, gate), ops.tensor(shape, up), ops.tensor(shape, dy));
              return List.of(said.gate(), said.up());
            });
    // dUp is what swiGlu gives of dy
    ErrorBound ofUp =
        Scenario.bounds(element).swiGlu(Magnitude.ofRows(gate, 1), Magnitude.ofRows(dy, 1), 1);
    return new Scenario(
        "entrywise",
        element,
        "swiGlu backward " + size,
        true,
        device -> {
          var dGate = device.filled(element, gate);
          var dUp = device.result(element, size);
          new Entrywise(device, element)
              .swiGluBackward(
                  dGate.address(),
                  device.reals(element, up),
                  device.reals(element, dy),
                  dGate.address(),
                  dUp.address(),
                  size);
          return List.of(
              Outcome.reals(dGate, expected.get(0), bounds(element).gate(gate, up, dy)),
              Outcome.reals(dUp, expected.get(1), ofUp).named("dUp"));
        });
  }

  /** With uniform numbers at the probability and beside it. */
  private static Scenario dropout(Element element, int size, double probability) {
    Numbers numbers = new Numbers(63);
    double[] x = numbers.reals(element, size, 4);
    double[] uniform = numbers.uniforms(size);
    float nearest = (float) probability;
    uniform[size / 2] = nearest;
    uniform[size - 1] = Math.max(0, Math.nextDown(nearest));
    Shape shape = Shape.of(size);
    double[] expected =
        Oracle.of(
            ops -> ops.dropout(ops.tensor(shape, x), probability, ops.tensor(shape, uniform)));
    // which entries stay is not granted any error
    ErrorBound bound = ErrorBound.of(0, 4 * 0x1p-24 + (element == Element.F32 ? 0 : 0x1p-8));
    return new Scenario(
        "entrywise",
        element,
        "dropout %d by %s".formatted(size, probability),
        true,
        device -> {
          var y = device.result(element, size);
          new Entrywise(device, element)
              .dropout(
                  device.reals(element, x),
                  device.reals(Element.F32, uniform),
                  y.address(),
                  probability,
                  size);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario power(Element element, int size, double shift, double exponent) {
    double[] x = new Numbers(64).reals(element, size, 5);
    for (int at = 0; at < size; at++) {
      x[at] = exponent == 2 ? x[at] : Math.abs(x[at]);
    }
    float rounded = (float) shift;
    double[] expected =
        Oracle.of(ops -> ops.power(ops.tensor(Shape.of(size), x), rounded, exponent));
    ErrorBound bound = bounds(element).training().power(x, rounded, exponent);
    return new Scenario(
        "entrywise",
        element,
        "(x + %s)^%s of %d".formatted(shift, exponent, size),
        true,
        device -> {
          var y = device.result(element, size);
          new Entrywise(device, element)
              .power(device.reals(element, x), rounded, (float) exponent, y.address(), size);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  private static Scenario roundSingles(int size) {
    double[] x = new Numbers(65).reals(Element.F32, size, 5);
    return new Scenario(
        "entrywise",
        Element.BF16,
        "roundSingles " + size,
        true,
        device -> {
          var y = device.filled(Element.F32, x);
          new Entrywise(device, Element.BF16).roundSingles(y.address(), y.address(), size);
          return List.of(Outcome.reals(y, Numbers.round(Element.BF16, x), ErrorBound.exact()));
        });
  }

  // ---- the optimizer

  static List<Scenario> optimizer() {
    AdamWStep first = new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0.05, 0.1, 0.05, 1);
    AdamWStep later = new AdamWStep(4e-4, 0.9, 0.999, 1e-6, 0, 0.99, 0.5, 0.125);
    return List.of(
        adamW(1, first, false),
        adamW(13, later, true),
        adamW(300, first, false),
        adamW(140_001, later, true));
  }

  private static Scenario adamW(int size, AdamWStep step, boolean inPlace) {
    Numbers numbers = new Numbers(66);
    Shape shape = Shape.of(size);
    double[] value = numbers.reals(Element.F32, size, 1);
    double[] gradient = numbers.reals(Element.F32, size, 0.1);
    double[] first = numbers.reals(Element.F32, size, 0.1);
    double[] second = Numbers.round(Element.F32, numbers.uniforms(size));
    // an epsilon that counts
    gradient[0] = 0;
    second[0] = 0x1p-50;
    List<double[]> expected =
        Oracle.each(
            ops -> {
              Adapted said =
                  ops.adamW(
                      ops.tensor(shape, value),
                      ops.tensor(shape, gradient),
                      ops.tensor(shape, first),
                      ops.tensor(shape, second),
                      step);
              return List.of(said.value(), said.first(), said.second());
            });
    List<ErrorBound> allowed =
        bounds(Element.F32).training().adamW(value, gradient, first, second, step);
    return new Scenario(
        "optimizer",
        Element.F32,
        "adamW %d at rate %s%s".formatted(size, step.rate(), inPlace ? " in place" : ""),
        true,
        device -> {
          var before =
              List.of(
                  device.filled(Element.F32, value),
                  device.filled(Element.F32, first),
                  device.filled(Element.F32, second));
          var after =
              inPlace
                  ? before
                  : List.of(
                      device.result(Element.F32, size),
                      device.result(Element.F32, size),
                      device.result(Element.F32, size));
          new Optimizer(device)
              .adamW(state(before), device.reals(Element.F32, gradient), state(after), size, step);
          return List.of(
              Outcome.reals(after.get(0), expected.get(0), allowed.get(0)).named("value"),
              Outcome.reals(after.get(1), expected.get(1), allowed.get(1)).named("first"),
              Outcome.reals(after.get(2), expected.get(2), allowed.get(2)).named("second"));
        });
  }

  private static Optimizer.State state(List<ShimDevice.Result> three) {
    return new Optimizer.State(
        three.get(0).address(), three.get(1).address(), three.get(2).address());
  }
}
