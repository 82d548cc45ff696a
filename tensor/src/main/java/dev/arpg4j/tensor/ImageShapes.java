package dev.arpg4j.tensor;

import static dev.arpg4j.tensor.OpShapes.require;
import static dev.arpg4j.tensor.OpShapes.requireNumbers;

/**
 * The shape rules of the ops on images [B, h, w, C], as {@link OpShapes} has those of the others: a
 * misfit is an {@link IllegalArgumentException} that begins with the op's name.
 */
public final class ImageShapes {
  private ImageShapes() {}

  public static Shape groupNorm(Tensor x, int groups, Weight scale, Weight bias) {
    image("groupNorm", x);
    int channels = x.shape().dim(3);
    require(
        "groupNorm",
        groups > 0 && channels % groups == 0,
        groups + " groups of " + channels + " channels, expected a divisor");
    perChannel("groupNorm", "scale", scale, channels);
    perChannel("groupNorm", "bias", bias, channels);
    return x.shape();
  }

  public static Shape conv2d(
      Tensor x, Weight kernel, Weight bias, int stride, Ops.Padding padding) {
    image("conv2d", x);
    Shape shape = kernel.shape();
    int channels = x.shape().dim(3);
    require(
        "conv2d",
        shape.rank() == 4 && shape.dim(1) == channels,
        "kernel",
        shape,
        "[O, " + channels + ", kh, kw]");
    perChannel("conv2d", "bias", bias, shape.dim(0));
    require("conv2d", stride > 0, "stride " + stride + ", expected 1 or more");
    int height = x.shape().dim(1) + padding.top() + padding.bottom() - shape.dim(2);
    int width = x.shape().dim(2) + padding.left() + padding.right() - shape.dim(3);
    require(
        "conv2d",
        height >= 0 && width >= 0,
        "x is " + x.shape() + ", too small for kernel " + shape + " with " + padding);
    return Shape.of(x.shape().dim(0), height / stride + 1, width / stride + 1, shape.dim(0));
  }

  public static Shape upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
    image("upsampleConv2d", x);
    Shape image = x.shape();
    Shape shape = kernel.shape();
    require(
        "upsampleConv2d",
        shape.rank() == 4 && shape.equals(Shape.of(shape.dim(0), image.dim(3), 3, 3)),
        "kernel",
        shape,
        "[O, " + image.dim(3) + ", 3, 3]");
    perChannel("upsampleConv2d", "bias", bias, shape.dim(0));
    require("upsampleConv2d", image.dim(1) > 0 && image.dim(2) > 0, "x is " + image);
    return Shape.of(image.dim(0), 2 * image.dim(1), 2 * image.dim(2), shape.dim(0));
  }

  /** The rule of resize, however it resamples. */
  public static Shape resize(Tensor x, int height, int width) {
    image("resize", x);
    require(
        "resize",
        height > 0 && width > 0 && x.shape().dim(1) > 0 && x.shape().dim(2) > 0,
        x.shape() + " to " + height + "x" + width);
    return x.shape().with(1, height).with(2, width);
  }

  private static void image(String op, Tensor x) {
    requireNumbers(op, x);
    require(op, x.shape().rank() == 4, "x", x.shape(), "[B, h, w, C]");
  }

  private static void perChannel(String op, String what, Weight weight, int channels) {
    Shape expected = Shape.of(channels);
    require(op, weight.shape().equals(expected), what, weight.shape(), expected.toString());
  }
}
