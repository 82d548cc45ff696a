package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** The backward of {@link dev.arpg4j.tensor.ImageOps}. */
final class ImageRules {
  private ImageRules() {}

  static Map<String, Rule> all() {
    return Map.of("conv2d", ImageRules::conv2d, "resize", ImageRules::resize);
  }

  /**
   * Each tap (u, v) of the kernel is a linear map K[:, :, u, v] from some pixels of x to some of y:
   * the gradients are those of all taps, one after the other. The bias has the sum of all pixels.
   */
  private static void conv2d(Step step) {
    Backend ops = step.ops();
    Shape x = step.shape(0);
    Shape kernel = step.shape(1);
    int pixels = x.dim(1) * x.dim(2);
    int taps = kernel.dim(2) * kernel.dim(3);
    Tensor from = ops.reshape(step.tensor(0), Shape.of(x.dim(0), pixels, x.dim(3)));
    Shape y = step.dy().shape();
    Tensor dy = ops.reshape(step.dy(), Shape.of(y.dim(0), y.dim(1) * y.dim(2), y.dim(3)));
    Tensor maps =
        ops.reshape(ops.value(step.weight(1)), Shape.of(kernel.dim(0), kernel.dim(1), taps));
    Tensor[] dmaps = new Tensor[taps]; // [O, C, 1] each
    Tensor dx = null;
    for (int tap = 0; tap < taps; tap++) {
      Tap pairs = Tap.of(tap, x, kernel, y, step.integer(3), step.operand(4, Padding.class));
      Tensor reached = ops.gather(dy, ops.ints(Shape.of(pairs.to.length), pairs.to));
      Tensor places = ops.ints(Shape.of(pairs.from.length), pairs.from);
      Tensor read = ops.gather(from, places);
      Shape map = Shape.of(kernel.dim(0), kernel.dim(1), 1);
      dmaps[tap] = ops.reshape(ops.linearWeightBackward(read, reached), map);
      if (step.wants(0)) {
        Tensor matrix =
            ops.reshape(ops.slice(maps, 2, tap, tap + 1), Shape.of(1, map.dim(0), map.dim(1)));
        Tensor rows = ops.reshape(reached, Shape.of(1, x.dim(0) * pairs.to.length, map.dim(0)));
        Tensor back = ops.reshape(ops.matmul(rows, false, matrix, false), read.shape());
        Tensor added = ops.scatterAdd(back, places, pixels);
        dx = dx == null ? added : ops.add(dx, added);
      }
    }
    if (dx != null) {
      step.give(0, ops.reshape(dx, x));
    }
    step.give(1, ops.reshape(ops.concat(2, dmaps), kernel));
    step.give(2, ops.sumColumns(dy));
  }

  /** The pixels, by number, that a tap of a kernel reads, and the pixels of y that they reach. */
  private record Tap(int[] from, int[] to) {
    static Tap of(int tap, Shape x, Shape kernel, Shape y, int stride, Padding padding) {
      int u = tap / kernel.dim(3) - padding.top();
      int v = tap % kernel.dim(3) - padding.left();
      int width = y.dim(2);
      int[] to =
          IntStream.range(0, y.dim(1) * width)
              .filter(
                  i ->
                      within(i / width * stride + u, x.dim(1))
                          && within(i % width * stride + v, x.dim(2)))
              .toArray();
      int[] from =
          Arrays.stream(to)
              .map(i -> (i / width * stride + u) * x.dim(2) + i % width * stride + v)
              .toArray();
      return new Tap(from, to);
    }

    private static boolean within(int at, int extent) {
      return at >= 0 && at < extent;
    }
  }

  /**
   * A linear map of the pixels, the same for each channel. Where it takes single pixels, their
   * gradients go back to them; else the map's matrix is had from the op itself, on the images that
   * are 1 at one pixel, and dx = Mᵀ dy.
   */
  private static void resize(Step step) {
    Backend ops = step.ops();
    Shape x = step.shape(0);
    int height = step.integer(1);
    int width = step.integer(2);
    Resampling resampling = step.operand(3, Resampling.class);
    int pixels = x.dim(1) * x.dim(2);
    Tensor dy = ops.reshape(step.dy(), Shape.of(x.dim(0), height * width, x.dim(3)));
    Tensor dx;
    if (resampling == Resampling.NEAREST) {
      int[] taken =
          IntStream.range(0, height * width)
              .map(i -> i / width * x.dim(1) / height * x.dim(2) + i % width * x.dim(2) / width)
              .toArray();
      dx = ops.scatterAdd(dy, ops.ints(Shape.of(taken.length), taken), pixels);
    } else {
      double[] units = new double[pixels * pixels];
      IntStream.range(0, pixels).forEach(i -> units[i * pixels + i] = 1);
      Tensor images = ops.tensor(Shape.of(1, x.dim(1), x.dim(2), pixels), units);
      Tensor resized = ops.resize(images, height, width, resampling);
      Tensor map = ops.reshape(resized, Shape.of(1, height * width, pixels));
      Tensor[] maps = new Tensor[x.dim(0)];
      Arrays.fill(maps, map);
      dx = maps.length == 0 ? dy : ops.matmul(ops.concat(0, maps), true, dy, false);
    }
    step.give(0, ops.reshape(dx, x));
  }
}
