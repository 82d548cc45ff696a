package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Ways to get a convolution slightly wrong. */
final class ConvolutionSlips {
  private ConvolutionSlips() {}

  static List<Slip> all() {
    return Stream.of(images(), kernels()).flatMap(List::stream).toList();
  }

  /** Every kernel entry put where it is: what the others differ from. */
  static List<Slip> none() {
    return List.of(kernel("as it is", at -> at.index(at.o, at.c, at.u, at.v)));
  }

  private static List<Slip> images() {
    return List.of(
        padding("starts a row early", 1, 0),
        padding("starts a column early", 0, 1),
        zeros(
            "zeros of above and below exchanged",
            p -> new Padding(p.bottom(), p.top(), p.left(), p.right())),
        zeros(
            "zeros of left and right exchanged",
            p -> new Padding(p.top(), p.bottom(), p.right(), p.left())),
        new Slip(
            "conv2d",
            "the first row goes on above",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int by, Padding p) {
                    if (p.top() == 0) {
                      return super.conv2d(x, kernel, bias, by, p);
                    }
                    Tensor taller = concat(1, slice(x, 1, 0, 1), x);
                    Padding less = new Padding(p.top() - 1, p.bottom(), p.left(), p.right());
                    return super.conv2d(taller, kernel, bias, by, less);
                  }
                }),
        new Slip(
            "conv2d",
            "the last channel is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int by, Padding p) {
                    return super.conv2d(withoutLast(x), kernel, bias, by, p);
                  }
                }),
        new Slip(
            "conv2d",
            "later images are the first",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int by, Padding p) {
                    Tensor[] firsts = new Tensor[x.shape().dim(0)];
                    Arrays.setAll(firsts, image -> slice(x, 0, 0, 1));
                    Tensor all = firsts.length == 0 ? x : concat(0, firsts);
                    return super.conv2d(all, kernel, bias, by, p);
                  }
                }));
  }

  private static Slip zeros(String what, UnaryOperator<Padding> change) {
    return new Slip(
        "conv2d",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int by, Padding p) {
                return super.conv2d(x, kernel, bias, by, change.apply(p));
              }
            });
  }

  /** Adds zeros above and before, and leaves out as much of the result's end. */
  private static Slip padding(String what, int rows, int columns) {
    return new Slip(
        "conv2d",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int by, Padding p) {
                Shape right = super.conv2d(x, kernel, bias, by, p).shape();
                Padding shifted =
                    new Padding(p.top() + rows, p.bottom(), p.left() + columns, p.right());
                Tensor y = super.conv2d(x, kernel, bias, by, shifted);
                return slice(slice(y, 1, 0, right.dim(1)), 2, 0, right.dim(2));
              }
            });
  }

  /** Entry (o, c, u, v) of a kernel [O, C, kh, kw]. */
  private record Entry(int o, int c, int u, int v, Shape kernel) {
    int index(int outer, int channel, int row, int column) {
      int rows = kernel.dim(2);
      int columns = kernel.dim(3);
      return ((outer * kernel.dim(1) + channel) * rows + row) * columns + column;
    }

    boolean square() {
      return kernel.dim(2) == kernel.dim(3);
    }
  }

  private static List<Slip> kernels() {
    return List.of(
        kernel(
            "rows and columns of the kernel swapped",
            at ->
                at.square() ? at.index(at.o, at.c, at.v, at.u) : at.index(at.o, at.c, at.u, at.v)),
        kernel(
            "the kernel turned around, as a convolution has it",
            at -> at.index(at.o, at.c, at.kernel.dim(2) - 1 - at.u, at.kernel.dim(3) - 1 - at.v)),
        kernel(
            "output and input channels of the kernel swapped",
            at ->
                at.kernel.dim(0) == at.kernel.dim(1)
                    ? at.index(at.c, at.o, at.u, at.v)
                    : at.index(at.o, at.c, at.u, at.v)),
        new Slip(
            "conv2d",
            "the bias of the next channel",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
                    return source.shape().rank() == 1
                        ? super.weight(
                            permuted(source, at -> (at + 1) % source.shape().dim(0)), storage, uses)
                        : super.weight(source, storage, uses);
                  }
                }));
  }

  /** Loads kernels with the entry of another place in each. */
  private static Slip kernel(String what, ToIntFunction<Entry> place) {
    return new Slip(
        "conv2d",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
                return source.shape().rank() == 4
                    ? super.weight(
                        permuted(source, at -> place.applyAsInt(entry(source.shape(), at))),
                        storage,
                        uses)
                    : super.weight(source, storage, uses);
              }
            });
  }

  private static Entry entry(Shape kernel, int at) {
    int rows = kernel.dim(2);
    int columns = kernel.dim(3);
    int pixel = at % (rows * columns);
    int pair = at / (rows * columns);
    return new Entry(
        pair / kernel.dim(1), pair % kernel.dim(1), pixel / columns, pixel % columns, kernel);
  }

  private static WeightSource permuted(WeightSource source, IntUnaryOperator place) {
    double[] values = new double[(int) source.shape().size()];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    double[] permuted = new double[values.length];
    Arrays.setAll(permuted, at -> values[place.applyAsInt(at)]);
    return new ArraySource(source.name(), source.shape(), permuted);
  }
}
