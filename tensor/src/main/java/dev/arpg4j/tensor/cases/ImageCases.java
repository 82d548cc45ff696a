package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.ImageBounds.Convolution;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;

/** Cases of what an image tokenizer says: conv2d, groupNorm, l2Normalize. */
final class ImageCases {
  private static final long SEED = 1;

  /** Of the released tokenizer's norms (VARIANTS.md 2). */
  private static final double EPSILON = 1e-6;

  /** Below and to the right, as an encoder halves an image (VARIANTS.md 2). */
  private static final Padding CORNER = new Padding(0, 1, 0, 1);

  private ImageCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily("conv2d", convolutions(), ImageCases::convolution),
        new CaseFamily("upsampleConv2d", upsamplings(), ImageCases::upsampling),
        new CaseFamily("groupNorm", groupNorms(), ImageCases::groupNorm),
        new CaseFamily("l2Normalize", l2Normalizations(), ImageCases::l2Normalize),
        ResizeCases.family());
  }

  /**
   * What a convolution does to an image.
   *
   * @param outer channels given
   */
  private record Kernel(int outer, int height, int width, int stride, Padding padding) {
    static Kernel square(int outer, int side, int stride, int padding) {
      return new Kernel(outer, side, side, stride, Padding.all(padding));
    }

    Shape shape(int channels) {
      return Shape.of(outer, channels, height, width);
    }

    Shape result(Shape x) {
      return Shape.of(
          x.dim(0),
          (x.dim(1) + padding.top() + padding.bottom() - height) / stride + 1,
          (x.dim(2) + padding.left() + padding.right() - width) / stride + 1,
          outer);
    }

    @Override
    public String toString() {
      return "stride %d zeros %d, %d, %d, %d"
          .formatted(stride, padding.top(), padding.bottom(), padding.left(), padding.right());
    }
  }

  private static List<OpCase> convolutions() {
    List<OpCase> cases = new ArrayList<>();
    for (DType storage : List.of(DType.F32, DType.BF16)) {
      for (Layer layer : small()) {
        cases.add(conv2d(SEED, layer.x, layer.kernel, storage));
      }
      // The tokenizer: its bottleneck, a block on the way up, a shortcut, halving, the pixels.
      cases.add(conv2d(SEED, Shape.of(1, 16, 16, 512), Kernel.square(512, 3, 1, 1), storage));
      cases.add(conv2d(SEED, Shape.of(1, 32, 32, 256), Kernel.square(256, 3, 1, 1), storage));
      cases.add(conv2d(SEED, Shape.of(1, 32, 32, 256), Kernel.square(128, 1, 1, 0), storage));
      Kernel halving = new Kernel(128, 3, 3, 2, CORNER);
      cases.add(conv2d(SEED, Shape.of(1, 48, 48, 128), halving, storage));
      cases.add(conv2d(SEED, Shape.of(1, 64, 64, 128), Kernel.square(3, 3, 1, 1), storage));
      int first = cases.size() - 5;
      cases.subList(first, cases.size()).replaceAll(OpCase::asLarge);
    }
    return cases;
  }

  /** A kernel over images. */
  private record Layer(Shape x, Kernel kernel) {}

  private static List<Layer> small() {
    return List.of(
        new Layer(Shape.of(1, 1, 1, 1), Kernel.square(1, 1, 1, 0)),
        new Layer(Shape.of(1, 1, 1, 3), Kernel.square(5, 3, 1, 1)),
        new Layer(Shape.of(1, 5, 7, 1), Kernel.square(1, 3, 1, 1)),
        new Layer(Shape.of(2, 4, 4, 3), Kernel.square(5, 3, 1, 1)),
        new Layer(Shape.of(1, 6, 5, 5), Kernel.square(3, 2, 1, 0)),
        new Layer(Shape.of(1, 7, 9, 5), Kernel.square(40, 3, 1, 1)),
        new Layer(Shape.of(3, 3, 5, 40), Kernel.square(3, 3, 1, 1)),
        new Layer(Shape.of(1, 8, 8, 32), Kernel.square(32, 3, 1, 1)),
        new Layer(Shape.of(1, 5, 5, 32), Kernel.square(40, 1, 1, 0)),
        new Layer(Shape.of(2, 3, 3, 40), Kernel.square(17, 1, 1, 0)),
        new Layer(Shape.of(1, 5, 4, 8), Kernel.square(6, 1, 2, 0)),
        new Layer(Shape.of(1, 6, 6, 32), new Kernel(33, 3, 3, 2, CORNER)),
        new Layer(Shape.of(1, 7, 5, 8), new Kernel(16, 3, 3, 2, CORNER)),
        new Layer(Shape.of(2, 8, 6, 3), new Kernel(4, 2, 2, 2, Padding.NONE)),
        new Layer(Shape.of(1, 9, 8, 3), Kernel.square(7, 3, 2, 1)),
        new Layer(Shape.of(1, 4, 6, 5), new Kernel(4, 2, 3, 1, new Padding(1, 0, 0, 2))),
        new Layer(Shape.of(1, 6, 4, 4), new Kernel(6, 3, 1, 1, new Padding(1, 1, 0, 0))),
        new Layer(Shape.of(1, 5, 8, 2), new Kernel(3, 1, 3, 1, new Padding(0, 0, 1, 1))),
        new Layer(Shape.of(1, 2, 2, 3), Kernel.square(4, 3, 1, 2)),
        new Layer(Shape.of(1, 2, 3, 3), Kernel.square(2, 1, 1, 1)),
        new Layer(Shape.of(1, 8, 8, 7), Kernel.square(9, 5, 1, 2)),
        new Layer(Shape.of(1, 7, 10, 3), Kernel.square(8, 4, 3, 0)),
        new Layer(Shape.of(0, 4, 4, 3), Kernel.square(5, 3, 1, 1)),
        new Layer(Shape.of(1, 4, 4, 128), Kernel.square(96, 3, 1, 1)),
        new Layer(Shape.of(1, 3, 19, 96), Kernel.square(128, 3, 1, 1)),
        new Layer(Shape.of(3, 17, 2, 6), Kernel.square(65, 3, 1, 1)));
  }

  private static OpCase convolution(CaseFamily.Sizes sizes, long seed) {
    int height = sizes.between(1, 4);
    int width = sizes.between(1, 4);
    boolean common = sizes.flip(); // the shape for which there are special algorithms
    Kernel kernel =
        new Kernel(
            sizes.between(1, 45),
            common ? 3 : height,
            common ? 3 : width,
            common ? 1 : sizes.between(1, 3),
            new Padding(
                sizes.between(0, 2),
                sizes.between(0, 2),
                sizes.between(0, 2),
                sizes.between(0, 2)));
    Shape x =
        Shape.of(
            sizes.between(1, 3),
            sizes.between(kernel.height, 12),
            sizes.between(kernel.width, 12),
            sizes.between(1, 45));
    return conv2d(seed, x, kernel, sizes.oneOf(DType.F32, DType.BF16));
  }

  private static OpCase conv2d(long seed, Shape shape, Kernel by, DType storage) {
    int channels = shape.dim(3);
    return OpCase.small(
        "conv2d",
        "x %s kernel %s %s %s".formatted(shape, by.shape(channels), storage, by),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          double size = 1 / Math.sqrt(channels * by.height * by.width);
          DrawnWeight kernel = inputs.weight(by.shape(channels), storage, size, Weight.Use.KERNEL);
          DrawnWeight bias = inputs.weight(Shape.of(by.outer), storage, 1, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.conv2d(x.tensor(), kernel.weight(), bias.weight(), by.stride, by.padding),
              bounds ->
                  bounds
                      .images()
                      .conv2d(
                          x.rows(),
                          kernel.largest(),
                          bias.largest(),
                          new Convolution(
                              shape, by.shape(channels), by.stride, by.padding, by.result(shape))));
        });
  }

  private static List<OpCase> upsamplings() {
    List<OpCase> cases = new ArrayList<>();
    for (DType storage : List.of(DType.F32, DType.BF16)) {
      cases.add(upsampleConv2d(SEED, Shape.of(1, 1, 1, 3), 5, storage));
      cases.add(upsampleConv2d(SEED, Shape.of(2, 3, 4, 16), 3, storage));
      cases.add(upsampleConv2d(SEED, Shape.of(1, 5, 2, 32), 40, storage));
      cases.add(upsampleConv2d(SEED, Shape.of(0, 2, 2, 16), 2, storage));
      cases.add(upsampleConv2d(SEED, Shape.of(1, 16, 16, 256), 256, storage).asLarge());
    }
    return cases;
  }

  private static OpCase upsampling(CaseFamily.Sizes sizes, long seed) {
    int channels = sizes.flip() ? sizes.between(1, 45) : sizes.oneOf(16, 32, 48);
    Shape x = Shape.of(sizes.between(1, 3), sizes.between(1, 6), sizes.between(1, 6), channels);
    return upsampleConv2d(seed, x, sizes.between(1, 45), sizes.oneOf(DType.F32, DType.BF16));
  }

  private static OpCase upsampleConv2d(long seed, Shape shape, int outer, DType storage) {
    Shape kernels = Shape.of(outer, shape.dim(3), 3, 3);
    return OpCase.small(
        "upsampleConv2d",
        "x %s kernel %s %s".formatted(shape, kernels, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          double size = 1 / Math.sqrt(9.0 * shape.dim(3));
          DrawnWeight kernel = inputs.weight(kernels, storage, size, Weight.Use.KERNEL);
          DrawnWeight bias = inputs.weight(Shape.of(outer), storage, 1, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.upsampleConv2d(x.tensor(), kernel.weight(), bias.weight()),
              bounds ->
                  bounds
                      .images()
                      .upsampleConv2d(x.values(), shape, kernel.largest(), bias.largest(), outer));
        });
  }

  private static List<OpCase> groupNorms() {
    return List.of(
        groupNorm(SEED, Shape.of(1, 1, 1, 1), 1, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(1, 1, 2, 4), 2, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(2, 3, 5, 3), 1, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(2, 3, 5, 3), 3, 0, 1000, DType.F32),
        groupNorm(SEED, Shape.of(3, 7, 3, 40), 5, 0.5, 1, DType.BF16),
        groupNorm(SEED, Shape.of(1, 4, 5, 32), 32, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(2, 4, 4, 64), 32, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(1, 3, 3, 96), 32, 0, 1e-2, DType.BF16),
        groupNorm(SEED, Shape.of(1, 9, 7, 128), 32, -2, 1, DType.F32),
        groupNorm(SEED, Shape.of(1, 4, 4, 128), 1, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(1, 17, 13, 6), 2, 0, 1, DType.F32),
        // a mean so large beside the deviation that mean(x²) - mean² has no digit left
        groupNorm(SEED, Shape.of(1, 4, 4, 8), 2, 1000, 1, DType.F32),
        // so small that epsilon rules
        groupNorm(SEED, Shape.of(2, 2, 3, 6), 2, 0, 1e-20, DType.F32),
        groupNorm(SEED, Shape.of(0, 2, 3, 6), 2, 0, 1, DType.F32),
        groupNorm(SEED, Shape.of(1, 16, 16, 512), 32, 0, 1, DType.F32).asLarge(),
        groupNorm(SEED, Shape.of(1, 128, 128, 128), 32, 0, 1, DType.F32).asLarge());
  }

  private static OpCase groupNorm(CaseFamily.Sizes sizes, long seed) {
    int groups = sizes.oneOf(1, 2, 3, 5, 8, 32);
    Shape x =
        Shape.of(
            sizes.between(1, 3),
            sizes.between(1, 9),
            sizes.between(1, 9),
            groups * sizes.between(1, 5));
    double size = Math.pow(10, sizes.between(-3, 3));
    return groupNorm(
        seed, x, groups, size * sizes.between(-2, 2), size, sizes.oneOf(DType.F32, DType.BF16));
  }

  /** Entries of {@code mean} ± {@code size}. */
  private static OpCase groupNorm(
      long seed, Shape shape, int groups, double mean, double size, DType storage) {
    Shape channels = Shape.of(shape.dim(3));
    return OpCase.small(
        "groupNorm",
        "x %s about %s by %s groups %d scale %s".formatted(shape, mean, size, groups, storage),
        seed,
        inputs -> {
          double[] values = inputs.about(mean, Math.toIntExact(shape.size()), size);
          Drawn x = inputs.drawn(shape, values);
          DrawnWeight scale = inputs.weight(channels, storage, 2, Weight.Use.ROWS);
          DrawnWeight bias = inputs.weight(channels, storage, 1, Weight.Use.ROWS);
          return new Prepared(
              ops -> ops.groupNorm(x.tensor(), groups, scale.weight(), bias.weight(), EPSILON),
              bounds ->
                  bounds
                      .images()
                      .groupNorm(values, shape, groups, scale.largest(), bias.largest(), EPSILON));
        });
  }

  private static List<OpCase> l2Normalizations() {
    return List.of(
        l2Normalize(SEED, Shape.of(1), 1, 1e-12),
        l2Normalize(SEED, Shape.of(5, 8), 1, 1e-12),
        l2Normalize(SEED, Shape.of(2, 3, 3), 1000, 1e-12),
        l2Normalize(SEED, Shape.of(1, 4, 4, 40), 1e-3, 1e-12),
        l2Normalize(SEED, Shape.of(3, 129), 1, 1e-12),
        // norms below epsilon, about it, and none
        l2Normalize(SEED, Shape.of(3, 8), 1e-20, 1e-12),
        l2Normalize(SEED, Shape.of(9, 5), 1, 1.25),
        l2Normalize(SEED, Shape.of(2, 8), 0, 1e-12),
        l2Normalize(SEED, Shape.of(0, 8), 1, 1e-12),
        l2Normalize(SEED, Shape.of(16384, 8), 1, 1e-12).asLarge());
  }

  private static OpCase l2Normalize(CaseFamily.Sizes sizes, long seed) {
    Shape x = Shape.of(sizes.between(1, 3), sizes.between(1, 9), sizes.between(1, 150));
    return l2Normalize(seed, x, Math.pow(10, sizes.between(-3, 3)), sizes.oneOf(1e-12, 1.0));
  }

  private static OpCase l2Normalize(long seed, Shape shape, double size, double epsilon) {
    return OpCase.small(
        "l2Normalize",
        "x %s up to %s epsilon %s".formatted(shape, size, epsilon),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          return new Prepared(
              ops -> ops.l2Normalize(x.tensor(), epsilon), bounds -> bounds.l2Normalize(x.width()));
        });
  }
}
