package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link Draws}. */
final class DrawScenarios {
  private static final double LAST_UNIFORM = 1 - 0x1p-24;

  private DrawScenarios() {}

  static List<Scenario> numbers() {
    return List.of(
        gumbel(1),
        gumbel(300),
        uniform(1, 1, 1, 0L, 0, Purpose.SAMPLE),
        uniform(3, 50, 3, -1L, 7, Purpose.ORDER),
        uniform(4, 33, 1, 0x123456789abcdefL, -2, Purpose.SAMPLE),
        uniform(6, 30, 2, 42L, 1, Purpose.CASES));
  }

  private static Scenario uniform(
      int count, int n, int slotRows, long seed, int draw, Purpose purpose) {
    int[] images = new int[count];
    for (int b = 0; b < count; b++) {
      images[b] = 1000 + 7 * b;
    }
    int[] slots = new Numbers(19).ints(slotRows * n, 0, 1 << 20);
    double[] expected = new double[count * n];
    for (int at = 0; at < expected.length; at++) {
      int b = at / n;
      int slot = slots[b % slotRows * n + at % n];
      expected[at] = Philox.uniform(seed, images[b], slot, draw, purpose);
    }
    return new Scenario(
        "draws",
        Element.F32,
        "uniform %d x %d".formatted(count, n),
        true,
        device -> {
          var y = device.result(Element.F32, count * n);
          new Draws(device, Element.F32)
              .uniform(
                  device.ints((int) seed, (int) (seed >>> 32)),
                  device.ints(images),
                  new Index(device.ints(slots), slotRows),
                  device.ints(draw),
                  y.address(),
                  count,
                  n,
                  purpose);
          return List.of(Outcome.reals(y, expected, ErrorBound.exact()));
        });
  }

  /** From zero, which has no logarithm, to the last number below one. */
  private static Scenario gumbel(int size) {
    double[] uniform = new Numbers(18).uniforms(size);
    uniform[size - 1] = LAST_UNIFORM;
    uniform[size / 2] = 0x1p-24;
    uniform[0] = 0;
    double[] expected = Oracle.of(ops -> ops.gumbel(ops.tensor(Shape.of(size), uniform)));
    ErrorBound bound = Scenario.bounds(Element.F32).masking().gumbel(uniform);
    return new Scenario(
        "draws",
        Element.F32,
        "gumbel " + size,
        true,
        device -> {
          var y = device.result(Element.F32, size);
          new Draws(device, Element.F32)
              .gumbel(device.reals(Element.F32, uniform), y.address(), size);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /** What a case's logits are like. */
  private enum Kind {
    PLAIN,
    /** Multiples of a half, so that many are equal. */
    TIED,
    /** Every third is minus infinity. */
    MASKED,
    /** So far apart that one takes all. */
    STEEP,
    /** Zeros of both signs, and less. */
    ZEROS
  }

  static List<Scenario> samples(Element element) {
    List<Sampling> samplings =
        List.of(
            Sampling.GREEDY,
            Sampling.PLAIN,
            new Sampling(1e-9, 0, 1),
            new Sampling(0.7, 5, 1),
            new Sampling(1, 0, 0.9),
            new Sampling(1.3, 20, 0.8),
            new Sampling(1, 1, 0.05));
    List<Scenario> scenarios = new ArrayList<>();
    for (Sampling sampling : samplings) {
      scenarios.add(sample(element, 3, 1, 1, Kind.PLAIN, sampling));
      scenarios.add(sample(element, 4, 1, 5, Kind.ZEROS, sampling));
      scenarios.add(sample(element, 9, 1, 17, Kind.TIED, sampling));
      scenarios.add(sample(element, 5, 1, 65, Kind.MASKED, sampling));
      scenarios.add(sample(element, 4, 1, 33, Kind.STEEP, sampling));
      scenarios.add(sample(element, 6, 2, 301, Kind.PLAIN, sampling));
      scenarios.add(sample(element, 3, 3, 1024, Kind.TIED, sampling));
    }
    scenarios.add(sample(element, 2, 2, 16384, Kind.PLAIN, Sampling.PLAIN));
    scenarios.add(sample(element, 1, 2, 16384, Kind.PLAIN, new Sampling(1, 600, 0.95)));
    scenarios.add(sample(element, 1, 2, 60_001, Kind.PLAIN, new Sampling(1, 0, 1)));
    scenarios.add(sample(element, 1, 1, 60_000, Kind.TIED, new Sampling(1, 100, 0.9)));
    return scenarios;
  }

  private static double[] logits(Element element, int count, Kind kind) {
    Numbers numbers = new Numbers(20 + kind.ordinal());
    double[] x = numbers.reals(element, count, kind == Kind.STEEP ? 1e4 : 4);
    for (int at = 0; at < count; at++) {
      switch (kind) {
        case PLAIN, STEEP -> {}
        case TIED -> x[at] = Math.rint(2 * x[at]) / 2;
        case MASKED -> x[at] = at % 3 == 1 ? Double.NEGATIVE_INFINITY : x[at];
        case ZEROS -> x[at] = at % 5 == 2 ? -1 : at % 2 == 0 ? -0.0 : 0.0;
      }
    }
    return x;
  }

  private static Scenario sample(
      Element element, int rows, int branches, int vocabulary, Kind kind, Sampling sampling) {
    double[] logits = logits(element, branches * rows * vocabulary, kind);
    Numbers numbers = new Numbers(25);
    double[] weights = numbers.reals(Element.F32, branches - 1, 3);
    double[] uniform = numbers.uniforms(rows);
    uniform[0] = 0;
    uniform[rows - 1] = rows > 1 ? LAST_UNIFORM : uniform[0];
    double[] guided =
        branches == 1
            ? logits
            : Oracle.of(
                ops ->
                    ops.guidance(
                        ops.tensor(Shape.of(branches, rows, vocabulary), logits),
                        ops.tensor(Shape.of(branches - 1), weights)));
    double[] expected =
        Oracle.of(
            ops ->
                ops.sample(
                    ops.tensor(Shape.of(rows, vocabulary), guided),
                    ops.tensor(Shape.of(rows), uniform),
                    sampling));
    var bounds = Scenario.bounds(Element.F32);
    double[] errors =
        branches == 1
            ? new double[rows]
            : bounds
                .decoding()
                .guided(
                    Magnitude.ofRows(logits, vocabulary),
                    Magnitude.ofRows(weights, branches - 1),
                    branches);
    ErrorBound bound =
        bounds.decoding().sampleGuided(guided, errors, uniform, vocabulary, sampling);
    return new Scenario(
        "sample",
        element,
        "%d x %d x %d %s %s".formatted(branches, rows, vocabulary, kind, sampling),
        true,
        device -> {
          var ids = device.ids(rows);
          long weightsAddress = branches == 1 ? 0 : device.reals(Element.F32, weights);
          new Draws(device, element)
              .sample(
                  new Draws.Logits(
                      device.reals(element, logits), weightsAddress, branches, rows, vocabulary),
                  device.reals(Element.F32, uniform),
                  ids.address(),
                  sampling,
                  device.fault());
          return List.of(Outcome.ids(ids, expected, bound));
        });
  }

  /** One bad row among good ones: its id is 0 and the record says which it was. */
  static List<Scenario> sampleFaults(Element element) {
    return List.of(
        fault(element, Double.NaN, 5, Fault.Kind.LOGIT_NAN),
        fault(element, Double.POSITIVE_INFINITY, 7, Fault.Kind.LOGIT_INFINITE),
        fault(element, Double.NEGATIVE_INFINITY, -1, Fault.Kind.NO_FINITE_LOGIT));
  }

  private static Scenario fault(Element element, double value, int id, Fault.Kind kind) {
    int vocabulary = 40;
    double[] logits = logits(element, 3 * vocabulary, Kind.PLAIN);
    if (id < 0) {
      Arrays.fill(logits, vocabulary, 2 * vocabulary, value);
    } else {
      logits[vocabulary + id] = value;
      logits[vocabulary + id + 9] = value;
    }
    double[] words = {kind.ordinal() + 1, 1, Math.max(id, 0), 0};
    return new Scenario(
        "sample",
        element,
        "a row of " + kind,
        true,
        device -> {
          var ids = device.ids(3);
          new Draws(device, element)
              .sample(
                  Draws.Logits.unguided(device.reals(element, logits), 3, vocabulary),
                  device.reals(Element.F32, 0.5, 0.5, 0.5),
                  ids.address(),
                  Sampling.PLAIN,
                  device.fault());
          ErrorBound badRow = (index, expected, found) -> index == 1 ? 0 : vocabulary;
          return List.of(
              Outcome.ids(device.expectedFault(), words, ErrorBound.exact()).named("fault"),
              Outcome.ids(ids, new double[3], badRow));
        });
  }
}
