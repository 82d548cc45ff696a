package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Ways to make an image of another size slightly wrong. */
final class ResizeSlips {
  private ResizeSlips() {}

  static List<Slip> all() {
    return Stream.of(nearest(), area(), bicubic()).flatMap(List::stream).toList();
  }

  /** The same rewritings without a slip. */
  static List<Slip> none() {
    return List.of(
        nearest("as it is", (i, from, to, other) -> i * from / to),
        weighted(Resampling.AREA, "as it is", ResizeSlips::mean),
        weighted(Resampling.BICUBIC, "as it is", ResizeSlips::cubic));
  }

  // ---- nearest

  /** Which of {@code from} rows, or columns, place i of {@code to} takes. */
  @FunctionalInterface
  private interface Source {
    /**
     * The place to read.
     *
     * @param other {@code from} of the other axis
     */
    int of(int i, int from, int to, int other);
  }

  private static List<Slip> nearest() {
    return List.of(
        nearest("rows and columns swapped", (i, from, to, other) -> i * other / to),
        nearest("rounded up", (i, from, to, other) -> (i * from + to - 1) / to),
        nearest("by the cells' centres", (i, from, to, other) -> (2 * i + 1) * from / (2 * to)),
        nearest("corners on corners", (i, from, to, other) -> i * (from - 1) / Math.max(to - 1, 1)),
        nearest("the image again and again", (i, from, to, other) -> i % from));
  }

  private static Slip nearest(String what, Source source) {
    return new Slip(
        "resize",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
                if (resampling != Resampling.NEAREST) {
                  return super.resize(x, height, width, resampling);
                }
                Shape from = x.shape();
                int channels = from.dim(3);
                double[] values = x.toDoubles();
                double[] y = new double[from.dim(0) * height * width * channels];
                for (int at = 0; at < y.length; at++) {
                  int pixel = at / channels;
                  int image = pixel / (width * height);
                  int i = source.of(pixel / width % height, from.dim(1), height, from.dim(2));
                  int j = source.of(pixel % width, from.dim(2), width, from.dim(1));
                  int row = image * from.dim(1) + Math.min(i, from.dim(1) - 1);
                  int column = Math.min(j, from.dim(2) - 1);
                  y[at] = values[(row * from.dim(2) + column) * channels + at % channels];
                }
                return tensor(Shape.of(from.dim(0), height, width, channels), y);
              }
            });
  }

  // ---- area and bicubic

  /** What share each of {@code from} places has in place i of {@code to}. */
  @FunctionalInterface
  private interface Shares {
    double[] of(int i, int from, int to);
  }

  private static double[] mean(int i, int from, int to) {
    return evenly(i * from / to, Math.ceilDiv((i + 1) * from, to), from);
  }

  private static double[] evenly(int first, int end, int from) {
    double[] shares = new double[from];
    for (int u = first; u < end; u++) {
      shares[u] = 1.0 / (end - first);
    }
    return shares;
  }

  private static double[] cubic(int i, int from, int to) {
    return cubic((i + 0.5) * from / to - 0.5, from, -0.75);
  }

  private static double[] cubic(double at, int from, double a) {
    double[] shares = new double[from];
    int before = (int) Math.floor(at);
    for (int u = before - 1; u < before + 3; u++) {
      shares[Math.clamp(u, 0, from - 1)] += cubic(Math.abs(at - u), a);
    }
    return shares;
  }

  private static double cubic(double d, double a) {
    return d <= 1
        ? (a + 2) * d * d * d - (a + 3) * d * d + 1
        : a * (d * d * d - 5 * d * d + 8 * d - 4);
  }

  private static List<Slip> area() {
    return List.of(
        weighted(
            Resampling.AREA,
            "windows do not overlap",
            (i, from, to) -> {
              int first = i * from / to;
              return evenly(first, Math.max(first + 1, (i + 1) * from / to), from);
            }),
        weighted(
            Resampling.AREA,
            "pixels count by how much of them is inside",
            (i, from, to) -> {
              double[] shares = new double[from];
              for (int u = 0; u < from; u++) {
                double end = Math.min(u + 1, (i + 1.0) * from / to);
                double inside = end - Math.max(u, (double) i * from / to);
                shares[u] = Math.max(0, inside) * to / from;
              }
              return shares;
            }));
  }

  private static List<Slip> bicubic() {
    return List.of(
        weighted(
            Resampling.BICUBIC,
            "a is a half",
            (i, from, to) -> cubic((i + 0.5) * from / to - 0.5, from, -0.5)),
        weighted(
            Resampling.BICUBIC,
            "corners on corners",
            (i, from, to) -> cubic(i * (from - 1.0) / Math.max(to - 1, 1), from, -0.75)),
        weighted(
            Resampling.BICUBIC,
            "pixels have no half",
            (i, from, to) -> cubic((double) i * from / to, from, -0.75)),
        weighted(
            Resampling.BICUBIC,
            "outside is zero",
            (i, from, to) -> {
              double at = (i + 0.5) * from / to - 0.5;
              double[] shares = new double[from];
              for (int u = 0; u < from; u++) {
                double d = Math.abs(at - u);
                shares[u] = d < 2 ? cubic(d, -0.75) : 0;
              }
              return shares;
            }));
  }

  private static Slip weighted(Resampling of, String what, Shares shares) {
    return new Slip(
        "resize",
        of + " " + what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
                return resampling == of
                    ? tensor(
                        x.shape().with(1, height).with(2, width),
                        sums(x.toDoubles(), x.shape(), height, width, shares))
                    : super.resize(x, height, width, resampling);
              }
            });
  }

  private static double[] sums(double[] x, Shape from, int height, int width, Shares shares) {
    int channels = from.dim(3);
    double[] y = new double[from.dim(0) * height * width * channels];
    for (int pixel = 0; pixel < y.length / channels; pixel++) {
      int image = pixel / width / height;
      double[] rows = shares.of(pixel / width % height, from.dim(1), height);
      double[] columns = shares.of(pixel % width, from.dim(2), width);
      for (int u = 0; u < rows.length; u++) {
        for (int v = 0; v < columns.length; v++) {
          int source = ((image * rows.length + u) * columns.length + v) * channels;
          for (int c = 0; c < channels; c++) {
            y[pixel * channels + c] += rows[u] * columns[v] * x[source + c];
          }
        }
      }
    }
    return y;
  }
}
