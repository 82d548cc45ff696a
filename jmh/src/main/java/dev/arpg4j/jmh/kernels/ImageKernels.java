package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.blas.Convolution;
import dev.arpg4j.cuda.kernel.Images;
import dev.arpg4j.cuda.kernel.Images.Extents;
import dev.arpg4j.cuda.kernel.Images.Window;
import dev.arpg4j.cuda.kernel.Rowwise;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.ImageBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Ops on images [B, h, w, C] as an image tokenizer says them (VARIANTS.md 2). */
final class ImageKernels {
  private static final float EPSILON = 1e-6f;

  /** Subtract, square and sum; subtract, divide, scale, add the bias; and the sum before. */
  private static final int GROUP_NORM = 8;

  /** The outputs of each end that the oracle computes. */
  private static final int ENDS = 32;

  /** Entries of whole images that the oracle norms. */
  private static final long CHECKED_ENTRIES = 1 << 24;

  private ImageKernels() {}

  private static Extents extents(Sizes at) {
    return new Extents(at.of("B"), at.of("h"), at.of("w"), at.of("C"));
  }

  // ---- convolution

  /** The images, a kernel [O, k, k, C] as the device has it, and the image given. */
  private record Case(
      Workbench bench, Sizes at, Operand x, Operand kernel, Operand bias, Output y) {
    static Case of(Workbench bench, Sizes at) {
      return new Case(
          bench,
          at,
          bench.reals(at.product("B", "h", "w", "C"), 1),
          bench.reals(at.product("O", "k", "k", "C"), 1),
          bench.floats(at.of("O"), 1),
          bench.output(at.product("B", "h", "w", "O")));
    }

    int side() {
      return at.of("k");
    }

    int margin() {
      return side() / 2;
    }

    /** Stride 1, and as many zeros around as keep the size. */
    Convolution convolution() {
      Extents from = extents(at);
      Extents to = new Extents(from.batch(), from.height(), from.width(), at.of("O"));
      Window window = new Window(side(), side(), 1, margin(), margin());
      return new Convolution(bench.element(), from, window, to);
    }

    /** The pixels under the window around a pixel of the result, [k, k, C], zeros beside. */
    double[] patch(int pixel) {
      int height = at.of("h");
      int width = at.of("w");
      int channels = at.of("C");
      double[] patch = new double[side() * side() * channels];
      int top = pixel / width % height - margin();
      int left = pixel % width - margin();
      for (int tap = 0; tap < side() * side(); tap++) {
        int i = top + tap / side();
        int j = left + tap % side();
        if (i >= 0 && i < height && j >= 0 && j < width) {
          long from = ((long) (pixel / (height * width)) * height + i) * width + j;
          System.arraycopy(x.range(from * channels, channels), 0, patch, tap * channels, channels);
        }
      }
      return patch;
    }

    /** Some outputs of the kernel, as checkpoints have it: [count, C, k, k]. */
    double[] published(int first, int count) {
      int channels = at.of("C");
      int taps = side() * side();
      double[] own = kernel.range((long) first * taps * channels, count * taps * channels);
      double[] published = new double[own.length];
      for (int place = 0; place < own.length; place++) {
        int output = place / (taps * channels);
        int tap = place / channels % taps;
        published[(output * channels + place % channels) * taps + tap] = own[place];
      }
      return published;
    }
  }

  static Prepared conv2d(Workbench bench, Sizes at) {
    if (at.of("k") % 2 == 0) {
      throw new IllegalArgumentException("conv2d is measured with an odd k that keeps the size");
    }
    Case in = Case.of(bench, at);
    Convolution convolution = in.convolution();
    Images images = new Images(bench.launcher(), bench.element());
    Rowwise rowwise = new Rowwise(bench.launcher(), bench.element());
    long scratch = bench.scratch(convolution.scratchBytes());
    return Prepared.of(
        List.of(in.x, in.kernel, in.bias),
        2 * at.product("B", "h", "w", "O", "k", "k", "C") + in.y.size(),
        List.of(in.y),
        oracle -> convolved(in, oracle),
        new Version(
            convolution.isPointwise() ? "cublasLt" : "patches, cublasLt",
            () ->
                convolution.run(
                    bench.products(),
                    images,
                    rowwise,
                    in.x.address(),
                    in.kernel.address(),
                    in.bias.address(),
                    in.y.address(),
                    scratch)));
  }

  /** Some pixels, each an image of its own that one window covers. */
  private static List<Proof.Part> convolved(Case in, Backend oracle) {
    int outputs = in.at.of("O");
    int channels = in.at.of("C");
    int side = in.side();
    int run = Math.min(ENDS, outputs);
    int[] firsts = outputs > run ? new int[] {0, outputs - run} : new int[] {0};
    int[] picks = Picks.of(in.at.count("B", "h", "w"), Proof.ROWS);
    double[] patches =
        IntStream.of(picks).boxed().flatMapToDouble(it -> DoubleStream.of(in.patch(it))).toArray();
    Shape images = Shape.of(picks.length, side, side, channels);
    Shape result = Shape.of(picks.length, 1, 1, run);
    Tensor operand = oracle.tensor(images, patches);
    List<Proof.Part> parts = new ArrayList<>();
    for (int first : firsts) {
      Shape shape = Shape.of(run, channels, side, side);
      double[] some = in.published(first, run);
      double[] added = in.bias.range(first, run);
      Tensor expected =
          oracle.conv2d(
              operand,
              weight(oracle, shape, Weight.Use.KERNEL, some),
              weight(oracle, Shape.of(run), Weight.Use.ROWS, added),
              1,
              Padding.NONE);
      long[] starts =
          IntStream.of(picks).mapToLong(pixel -> (long) pixel * outputs + first).toArray();
      parts.add(
          new Proof.Part(
              in.y,
              starts,
              run,
              expected.toDoubles(),
              in.bench
                  .bounds()
                  .images()
                  .conv2d(
                      Magnitude.ofRows(patches, channels),
                      Magnitude.ofRows(some, side * side * channels).largest(),
                      Magnitude.ofRows(added, run),
                      new ImageBounds.Convolution(images, shape, 1, Padding.NONE, result))));
    }
    return parts;
  }

  private static Weight weight(Backend oracle, Shape shape, Weight.Use use, double... values) {
    return oracle.weight(new ArraySource("weight", shape, values), DType.F32, use);
  }

  // ---- group norm

  static Prepared groupNorm(Workbench bench, Sizes at) {
    Extents extents = extents(at);
    int channels = extents.channels();
    int groups = at.of("G");
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          "groupNorm: %d groups of %d channels, expected a divisor".formatted(groups, channels));
    }
    Operand x = bench.reals(at.product("B", "h", "w", "C"), 2);
    Operand scale = bench.floats(channels, 2);
    Operand bias = bench.floats(channels, 1);
    Output y = bench.output(x.size());
    Images images = new Images(bench.launcher(), bench.element());
    long scratch = bench.scratch(images.groupNormScratchBytes(extents));
    return Prepared.of(
        List.of(x, scale, bias),
        GROUP_NORM * x.size(),
        List.of(y),
        oracle -> List.of(normed(bench, oracle, at, x, scale, bias, y)),
        new Version(
            "moments, norm",
            () ->
                images.groupNorm(
                    x.address(),
                    extents,
                    groups,
                    scale.address(),
                    bias.address(),
                    EPSILON,
                    y.address(),
                    scratch)));
  }

  /** Whole images, as many as are cheap, held line by line. */
  private static Proof.Part normed(
      Workbench bench, Backend oracle, Sizes at, Operand x, Operand scale, Operand bias, Output y) {
    int channels = at.of("C");
    int height = at.of("h");
    int line = at.count("w", "C");
    int image = height * line;
    int[] picks = Picks.of(at.of("B"), (int) Math.clamp(CHECKED_ENTRIES / image, 2, 8));
    double[] numbers = x.rows(image, picks);
    Shape shape = Shape.of(picks.length, height, at.of("w"), channels);
    Tensor expected =
        oracle.groupNorm(
            oracle.tensor(shape, numbers),
            at.of("G"),
            weight(oracle, Shape.of(channels), Weight.Use.ROWS, scale.all()),
            weight(oracle, Shape.of(channels), Weight.Use.ROWS, bias.all()),
            EPSILON);
    long[] starts = new long[picks.length * height];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = (long) picks[i / height] * image + (long) (i % height) * line;
    }
    return new Proof.Part(
        y,
        starts,
        line,
        expected.toDoubles(),
        bench
            .bounds()
            .images()
            .groupNorm(
                numbers,
                shape,
                at.of("G"),
                Magnitude.ofRows(scale.all(), channels),
                Magnitude.ofRows(bias.all(), channels),
                EPSILON));
  }

  // ---- resizing

  /** Twice the height and width, each pixel the nearest. */
  static Prepared resize(Workbench bench, Sizes at) {
    Extents from = extents(at);
    Extents to = new Extents(from.batch(), 2 * from.height(), 2 * from.width(), from.channels());
    Operand x = bench.reals(at.product("B", "h", "w", "C"), 1);
    Output y = bench.output(4 * x.size());
    Images images = new Images(bench.launcher(), bench.element());
    int[] picks = Picks.of(to.rows(), Proof.ROWS);
    return new Prepared(
        new Work(x.bytes() + y.bytes(), 0),
        List.of(y),
        oracle ->
            List.of(
                MovementKernels.moved(y, from.channels(), picks, x, pixel -> under(pixel, from))),
        List.of(
            new Version(
                "rows",
                () -> images.resize(x.address(), y.address(), from, to, Resampling.NEAREST))));
  }

  /** To p by p pixels, each the mean of those that it lies over. */
  static Prepared area(Workbench bench, Sizes at) {
    long pairs = overlaps(at.of("h"), at.of("p")) * overlaps(at.of("w"), at.of("p"));
    return resized(bench, at, Resampling.AREA, 2 * pairs * at.product("B", "C"));
  }

  /** How many pixels of an axis and pixels that it is resized to lie over each other. */
  private static long overlaps(int from, int to) {
    return IntStream.range(0, to)
        .mapToLong(i -> Math.ceilDiv((i + 1L) * from, to) - (long) i * from / to)
        .sum();
  }

  /** To p by p pixels, each of 16 by their weights. */
  static Prepared bicubic(Workbench bench, Sizes at) {
    return resized(bench, at, Resampling.BICUBIC, 2 * 16 * at.product("B", "p", "p", "C"));
  }

  private static Prepared resized(
      Workbench bench, Sizes at, Resampling resampling, long operations) {
    Extents from = extents(at);
    Extents to = new Extents(from.batch(), at.of("p"), at.of("p"), from.channels());
    Operand x = bench.reals(at.product("B", "h", "w", "C"), 1);
    Output y = bench.output(at.product("B", "p", "p", "C"));
    Images images = new Images(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(x),
        operations,
        List.of(y),
        oracle -> List.of(resampled(bench, oracle, from, to, x, y, resampling)),
        new Version("rows", () -> images.resize(x.address(), y.address(), from, to, resampling)));
  }

  /** Whole images, as many as are cheap. */
  private static Proof.Part resampled(
      Workbench bench,
      Backend oracle,
      Extents from,
      Extents to,
      Operand x,
      Output y,
      Resampling resampling) {
    int image = Math.multiplyExact(from.pixels(), from.channels());
    int[] picks = Picks.of(from.batch(), (int) Math.clamp(CHECKED_ENTRIES / image, 2, 8));
    double[] numbers = x.rows(image, picks);
    Shape shape = Shape.of(picks.length, from.height(), from.width(), from.channels());
    Tensor said = oracle.resize(oracle.tensor(shape, numbers), to.height(), to.width(), resampling);
    Magnitude all = Magnitude.ofRows(numbers, numbers.length);
    ImageBounds bounds = bench.bounds().images();
    return Proof.rows(
        y,
        Math.multiplyExact(to.pixels(), to.channels()),
        picks,
        said.toDoubles(),
        resampling == Resampling.AREA
            ? bounds.area(all, shape, said.shape())
            : bounds.bicubic(all, shape));
  }

  /** The pixel that a pixel of twice the size is taken from. */
  private static int under(int pixel, Extents from) {
    int width = 2 * from.width();
    int image = pixel / (2 * from.height() * width);
    int i = pixel / width % (2 * from.height()) / 2;
    return (image * from.height() + i) * from.width() + pixel % width / 2;
  }
}
