package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link Choices}; all results are the very same ids. */
final class ChoiceScenarios {
  private static final int MASK = 1024;

  private ChoiceScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int size : new int[] {1, 33, 700}) {
      scenarios.add(select(element, size));
    }
    for (Kind kind : Kind.values()) {
      scenarios.add(remask(element, 6, 5, 3, kind));
      scenarios.add(remask(element, 3, 100, 40, kind));
    }
    // none, more than there are, one place in all, one masked, and rows longer than a block
    scenarios.add(remask(element, 4, 256, 0, Kind.PLAIN));
    scenarios.add(remask(element, 3, 64, 1000, Kind.PLAIN));
    scenarios.add(remask(element, 2, 1, 1, Kind.PLAIN));
    scenarios.add(remask(element, 2, 33, 7, Kind.ONE));
    scenarios.add(remask(element, 2, 2500, 1700, Kind.PLAIN));
    return scenarios;
  }

  /** Keys above, at and below a limit, and one that is no number. */
  private static Scenario select(Element element, int size) {
    Numbers numbers = new Numbers(50);
    double[] key = numbers.reals(element, size, 2);
    for (int at = 0; at < size; at += 4) {
      key[at] = 0.5;
    }
    if (size > 1) {
      key[1] = Double.NaN;
      key[2] = Double.POSITIVE_INFINITY;
    }
    int[] above = numbers.ints(size, 0, 1 << 20);
    int[] otherwise = numbers.ints(size, 0, 1 << 20);
    double[] expected =
        Oracle.of(
            ops ->
                ops.select(
                    ops.tensor(Shape.of(size), key),
                    ops.tensor(Shape.of(1), 0.5),
                    ops.ints(Shape.of(size), above),
                    ops.ints(Shape.of(size), otherwise)));
    return new Scenario(
        "choices",
        element,
        "select " + size,
        true,
        device -> {
          var y = device.ids(size);
          new Choices(device, element)
              .select(
                  device.reals(element, key),
                  device.reals(Element.F32, 0.5),
                  device.ints(above),
                  device.ints(otherwise),
                  y.address(),
                  size);
          return List.of(Outcome.ids(y, expected, ErrorBound.exact()));
        });
  }

  /** What a row's confidences are like, and how many of its places are masked. */
  private enum Kind {
    /** Two of three masked. */
    PLAIN,
    /** All masked, and multiples of a half, so that many are equal. */
    TIED,
    /** Infinities of both signs, zeros of both, and numbers that are none. */
    ODD,
    /** All masked, and no numbers but a few. */
    NANS,
    /** One masked. */
    ONE,
    /** None masked. */
    KNOWN
  }

  private static int[] ids(Kind kind, int rows, int width) {
    int[] ids = new Numbers(51).ints(rows * width, 0, MASK);
    for (int at = 0; at < ids.length; at++) {
      boolean masked =
          switch (kind) {
            case PLAIN -> at % 3 != 1;
            case TIED, ODD, NANS -> true;
            case ONE -> at % width == width / 2;
            case KNOWN -> false;
          };
      ids[at] = masked ? MASK : ids[at];
    }
    return ids;
  }

  private static double[] confidences(Element element, Kind kind, int count) {
    double[] x = new Numbers(52).reals(element, count, 4);
    for (int at = 0; at < count; at++) {
      switch (kind) {
        case PLAIN, ONE, KNOWN -> {}
        case TIED -> x[at] = Math.rint(2 * x[at]) / 2;
        case ODD ->
            x[at] =
                switch (at % 7) {
                  case 0 -> Double.NaN;
                  case 2 -> Double.NEGATIVE_INFINITY;
                  case 3 -> Double.POSITIVE_INFINITY;
                  case 4 -> -0.0;
                  case 5 -> 0.0;
                  default -> x[at];
                };
        case NANS -> x[at] = at % 5 == 1 ? x[at] : Double.NaN;
      }
    }
    return x;
  }

  /** Each row wants one more masked than the one before. */
  private static Scenario remask(Element element, int rows, int width, int remasked, Kind kind) {
    int[] ids = ids(kind, rows, width);
    int[] sampled = new Numbers(53).ints(ids.length, 0, MASK);
    double[] confidence = confidences(element, kind, ids.length);
    int[] counts = new int[rows];
    Arrays.setAll(counts, row -> remasked + row);
    Shape shape = Shape.of(rows, width);
    double[] expected =
        Oracle.of(
            ops ->
                ops.remask(
                    ops.ints(shape, ids),
                    ops.ints(shape, sampled),
                    ops.tensor(shape, confidence),
                    ops.ints(Shape.of(rows), counts),
                    MASK));
    return new Scenario(
        "choices",
        element,
        "remask %d of %d x %d %s".formatted(remasked, rows, width, kind),
        true,
        device -> {
          var y = device.ids(ids.length);
          new Choices(device, element)
              .remask(
                  device.ints(ids),
                  device.ints(sampled),
                  device.reals(element, confidence),
                  device.ints(counts),
                  y.address(),
                  rows,
                  width,
                  MASK);
          return List.of(Outcome.ids(y, expected, ErrorBound.exact()));
        });
  }
}
