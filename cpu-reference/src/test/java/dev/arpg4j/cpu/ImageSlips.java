package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Ways to get a norm of an image or a row slightly wrong, or another height and width. */
final class ImageSlips {
  private ImageSlips() {}

  static List<Slip> all() {
    return Stream.of(groupNorms(), rows(), fused()).flatMap(List::stream).toList();
  }

  /** The same rewritings of ops without a slip: what the others differ from. */
  static List<Slip> none() {
    return List.of(
        new Slip("groupNorm", "as it is", backend -> new GroupNorm(backend)),
        l2Normalize("as it is", (squares, epsilon) -> Math.max(Math.sqrt(squares), epsilon)));
  }

  // ---- fused

  private static List<Slip> fused() {
    return List.of(
        new Slip(
            "upsampleConv2d",
            "the kernel lies a row low",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
                    int height = 2 * x.shape().dim(1);
                    int width = 2 * x.shape().dim(2);
                    Tensor doubled = resize(x, height, width, Resampling.NEAREST);
                    return conv2d(doubled, kernel, bias, 1, new Padding(0, 2, 1, 1));
                  }
                }));
  }

  // ---- groupNorm

  private static List<Slip> groupNorms() {
    return List.of(
        new Slip(
            "groupNorm",
            "the variance is divided by one less",
            backend ->
                new GroupNorm(backend) {
                  @Override
                  double root(double[] entries, double mean, double epsilon) {
                    double squares = variance(entries, mean) * entries.length;
                    return Math.sqrt(squares / Math.max(1, entries.length - 1) + epsilon);
                  }
                }),
        new Slip(
            "groupNorm",
            "epsilon is added to the root",
            backend ->
                new GroupNorm(backend) {
                  @Override
                  double root(double[] entries, double mean, double epsilon) {
                    return Math.sqrt(variance(entries, mean)) + epsilon;
                  }
                }),
        new Slip(
            "groupNorm",
            "epsilon is forgotten",
            backend ->
                new GroupNorm(backend) {
                  @Override
                  double root(double[] entries, double mean, double epsilon) {
                    return Math.sqrt(variance(entries, mean) + 1e-38);
                  }
                }),
        new Slip(
            "groupNorm",
            "the variance is the mean square without the mean's, in float32",
            backend ->
                new GroupNorm(backend) {
                  @Override
                  double root(double[] entries, double mean, double epsilon) {
                    float squares = 0;
                    for (double entry : entries) {
                      squares += (float) entry * (float) entry;
                    }
                    float variance = squares / entries.length - (float) mean * (float) mean;
                    return Math.sqrt(Math.max(variance, 0) + epsilon);
                  }
                }),
        new Slip(
            "groupNorm",
            "groups begin one channel late",
            backend ->
                new GroupNorm(backend) {
                  @Override
                  int group(int channel, int channels, int groups) {
                    return super.group((channel + channels - 1) % channels, channels, groups);
                  }
                }),
        new Slip(
            "groupNorm",
            "a group is every so many channels",
            backend ->
                new GroupNorm(backend) {
                  @Override
                  int group(int channel, int channels, int groups) {
                    return channel % groups;
                  }
                }),
        new Slip(
            "groupNorm",
            "scale and bias are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor groupNorm(
                      Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
                    return super.groupNorm(x, groups, bias, scale, epsilon);
                  }
                }),
        new Slip(
            "groupNorm",
            "all images are one",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor groupNorm(
                      Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
                    Shape shape = x.shape();
                    Shape one =
                        Shape.of(1, shape.dim(0) * shape.dim(1), shape.dim(2), shape.dim(3));
                    Tensor y = super.groupNorm(reshape(x, one), groups, scale, bias, epsilon);
                    return reshape(y, shape);
                  }
                }));
  }

  /** The op written out, with methods to get wrong. */
  private static class GroupNorm extends Slipping {
    GroupNorm(Backend backend) {
      super(backend);
    }

    static double variance(double[] entries, double mean) {
      return Arrays.stream(entries).map(x -> (x - mean) * (x - mean)).sum() / entries.length;
    }

    double root(double[] entries, double mean, double epsilon) {
      return Math.sqrt(variance(entries, mean) + epsilon);
    }

    int group(int channel, int channels, int groups) {
      return channel / (channels / groups);
    }

    @Override
    public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
      Shape shape = x.shape();
      int channels = shape.dim(3);
      int image = shape.dim(1) * shape.dim(2) * channels;
      double[] values = x.toDoubles();
      double[] scales = values(scale);
      double[] biases = values(bias);
      double[] y = new double[values.length];
      for (int first = 0; first < values.length; first += image) {
        for (int g = 0; g < groups; g++) {
          int wanted = g;
          int[] places =
              IntStream.range(first, first + image)
                  .filter(at -> group(at % channels, channels, groups) == wanted)
                  .toArray();
          double[] entries = Arrays.stream(places).mapToDouble(at -> values[at]).toArray();
          double mean = Arrays.stream(entries).average().orElseThrow();
          double root = root(entries, mean, epsilon);
          for (int at : places) {
            int c = at % channels;
            y[at] = (values[at] - mean) / root * scales[c] + biases[c];
          }
        }
      }
      return tensor(shape, y);
    }

    /** A row of ones, whose norm is 1, comes back as the scale. */
    private double[] values(Weight weight) {
      double[] ones = new double[weight.shape().dim(0)];
      Arrays.fill(ones, 1);
      return rmsNorm(tensor(weight.shape(), ones), weight, 0).toDoubles();
    }
  }

  // ---- l2Normalize

  private static List<Slip> rows() {
    return List.of(
        l2Normalize("epsilon is added", (squares, epsilon) -> Math.sqrt(squares) + epsilon),
        l2Normalize(
            "epsilon is added under the root",
            (squares, epsilon) -> Math.sqrt(squares + epsilon * epsilon)),
        l2Normalize(
            "epsilon is held against the square",
            (squares, epsilon) -> Math.sqrt(Math.max(squares, epsilon))),
        l2Normalize(
            "epsilon is forgotten", (squares, epsilon) -> Math.max(Math.sqrt(squares), 1e-30)),
        l2Normalize("not squared", (squares, epsilon) -> Math.max(squares, epsilon)),
        new Slip(
            "l2Normalize",
            "the last of a row does not count",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor l2Normalize(Tensor x, double epsilon) {
                    return super.l2Normalize(withoutLast(x), epsilon);
                  }
                }));
  }

  /** Divides each row by what comes of its sum of squares and epsilon. */
  private static Slip l2Normalize(String what, DoubleBinaryOperator divisor) {
    return new Slip(
        "l2Normalize",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor l2Normalize(Tensor x, double epsilon) {
                int width = x.shape().dim(-1);
                double[] values = x.toDoubles();
                for (int row = 0; row < values.length; row += width) {
                  double squares = 0;
                  for (int i = row; i < row + width; i++) {
                    squares += values[i] * values[i];
                  }
                  for (int i = row; i < row + width; i++) {
                    values[i] /= divisor.applyAsDouble(squares, epsilon);
                  }
                }
                return tensor(x.shape(), values);
              }
            });
  }
}
