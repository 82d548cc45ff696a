package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Images.Extents;
import dev.arpg4j.cuda.kernel.Images.Window;
import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ImageBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link Images}. */
final class ImageScenarios {
  private static final double EPSILON = 1e-6f;

  private ImageScenarios() {}

  static List<Scenario> of(Element element) {
    List<Scenario> scenarios = new ArrayList<>();
    scenarios.add(patches(element, new Extents(1, 4, 5, 3), new Window(3, 3, 1, 1, 1), 4, 5));
    scenarios.add(patches(element, new Extents(2, 5, 6, 16), new Window(3, 3, 2, 0, 0), 3, 3));
    scenarios.add(patches(element, new Extents(3, 3, 4, 9), new Window(2, 1, 1, 1, 2), 4, 7));
    scenarios.add(patches(element, new Extents(1, 2, 3, 1032), new Window(1, 2, 2, 0, 1), 1, 2));
    scenarios.add(patches(element, new Extents(2, 7, 3, 40), new Window(1, 1, 3, 0, 0), 3, 1));
    for (Resampling resampling : Resampling.values()) {
      scenarios.add(resize(element, new Extents(2, 3, 2, 24), 6, 4, resampling));
      scenarios.add(resize(element, new Extents(3, 5, 7, 9), 3, 11, resampling));
      scenarios.add(resize(element, new Extents(1, 4, 4, 1), 1, 1, resampling));
      scenarios.add(resize(element, new Extents(2, 16, 16, 32), 13, 13, resampling));
      scenarios.add(resize(element, new Extents(1, 1, 2, 8200), 3, 2, resampling));
    }
    scenarios.add(groupNorm(element, new Extents(1, 1, 1, 1), 1, 0, 1));
    scenarios.add(groupNorm(element, new Extents(2, 5, 7, 6), 3, 0, 2));
    scenarios.add(groupNorm(element, new Extents(2, 9, 15, 32), 32, -1, 0.5));
    scenarios.add(groupNorm(element, new Extents(1, 11, 13, 128), 32, 0.5, 2));
    scenarios.add(groupNorm(element, new Extents(3, 2, 3, 2056), 8, 0, 2));
    scenarios.add(groupNorm(element, new Extents(1, 17, 31, 24), 2, 100, 0.5));
    scenarios.add(groupNorm(element, new Extents(2, 1, 70, 5), 5, 1, 0));
    return scenarios;
  }

  /** All pixels of the result, in two launches. */
  private static Scenario patches(
      Element element, Extents from, Window window, int toHeight, int toWidth) {
    Extents to = new Extents(from.batch(), toHeight, toWidth, 1);
    double[] x = new Numbers(40).reals(element, from.rows() * from.channels(), 2);
    double[] expected = patches(x, from, window, to);
    int row = window.taps() * from.channels();
    int half = to.rows() / 2;
    return new Scenario(
        "images",
        element,
        "patches %s of %s to %d x %d".formatted(window, from, toHeight, toWidth),
        true,
        device -> {
          var y = device.result(element, half * row);
          var z = device.result(element, (to.rows() - half) * row);
          Images images = new Images(device, element);
          long operand = device.reals(element, x);
          images.patches(operand, y.address(), from, to, window, 0, half);
          images.patches(operand, z.address(), from, to, window, half, to.rows() - half);
          return List.of(
              Outcome.reals(y, Arrays.copyOf(expected, half * row), ErrorBound.exact()),
              Outcome.reals(
                  z,
                  Arrays.copyOfRange(expected, half * row, expected.length),
                  ErrorBound.exact()));
        });
  }

  private static double[] patches(double[] x, Extents from, Window window, Extents to) {
    double[] patches = new double[to.rows() * window.taps() * from.channels()];
    int at = 0;
    for (int pixel = 0; pixel < to.rows(); pixel++) {
      int top = pixel / to.width() % to.height() * window.stride() - window.top();
      int left = pixel % to.width() * window.stride() - window.left();
      for (int i = top; i < top + window.height(); i++) {
        for (int j = left; j < left + window.width(); j++) {
          if (i >= 0 && i < from.height() && j >= 0 && j < from.width()) {
            int source = (pixel / to.pixels() * from.height() + i) * from.width() + j;
            System.arraycopy(x, source * from.channels(), patches, at, from.channels());
          }
          at += from.channels();
        }
      }
    }
    return patches;
  }

  private static Shape shape(Extents images) {
    return Shape.of(images.batch(), images.height(), images.width(), images.channels());
  }

  private static Scenario resize(
      Element element, Extents from, int height, int width, Resampling resampling) {
    Extents to = new Extents(from.batch(), height, width, from.channels());
    double[] x = new Numbers(42).reals(element, from.rows() * from.channels(), 2);
    double[] expected =
        Oracle.of(ops -> ops.resize(ops.tensor(shape(from), x), height, width, resampling));
    Magnitude all = Magnitude.ofRows(x, x.length);
    ImageBounds bounds = Scenario.bounds(element).images();
    ErrorBound bound =
        switch (resampling) {
          case NEAREST -> ErrorBound.exact();
          case AREA -> bounds.area(all, shape(from), shape(to));
          case BICUBIC -> bounds.bicubic(all, shape(from));
        };
    return new Scenario(
        "images",
        element,
        "resize %s to %d x %d, %s".formatted(from, height, width, resampling),
        true,
        device -> {
          var y = device.result(element, expected.length);
          new Images(device, element)
              .resize(device.reals(element, x), y.address(), from, to, resampling);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /**
   * Numbers about {@code mean}, no further from it than {@code spread}; in place.
   *
   * @param mean large beside the spread where a variance could cancel
   */
  private static Scenario groupNorm(
      Element element, Extents images, int groups, double mean, double spread) {
    Numbers numbers = new Numbers(43);
    int channels = images.channels();
    double[] x = numbers.reals(element, images.rows() * channels, spread);
    for (int at = 0; at < x.length; at++) {
      x[at] = Numbers.round(element, x[at] + mean);
    }
    double[] scale = numbers.reals(Element.F32, channels, 2);
    double[] bias = numbers.reals(Element.F32, channels, 1);
    double[] expected =
        Oracle.of(
            ops ->
                ops.groupNorm(
                    ops.tensor(shape(images), x),
                    groups,
                    Oracle.weight(ops, Shape.of(channels), scale),
                    Oracle.weight(ops, Shape.of(channels), bias),
                    EPSILON));
    ErrorBound bound =
        Scenario.bounds(element)
            .images()
            .groupNorm(
                x,
                shape(images),
                groups,
                Magnitude.ofRows(scale, channels),
                Magnitude.ofRows(bias, channels),
                EPSILON);
    return new Scenario(
        "images",
        element,
        "groupNorm %s by %d about %s".formatted(images, groups, mean),
        true,
        device -> {
          var y = device.filled(element, x);
          Images kernels = new Images(device, element);
          int floats = (int) (kernels.groupNormScratchBytes(images) / Float.BYTES);
          kernels.groupNorm(
              y.address(),
              images,
              groups,
              device.reals(Element.F32, scale),
              device.reals(Element.F32, bias),
              (float) EPSILON,
              y.address(),
              device.scratch(floats).address());
          return List.of(Outcome.reals(y, expected, bound));
        });
  }
}
