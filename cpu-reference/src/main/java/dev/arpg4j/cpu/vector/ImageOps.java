package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Convolution;
import dev.arpg4j.cpu.kernel.ConvolutionOperands;
import dev.arpg4j.cpu.kernel.ImageWindow;
import dev.arpg4j.cpu.kernel.PackedMatrix;
import dev.arpg4j.cpu.kernel.Winograd;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Shape;

/** Ops on images [B, h, w, C]: divides them among the threads. */
final class ImageOps {
  private final Split split;
  private final BufferPool pool;

  ImageOps(Split split, BufferPool pool) {
    this.split = split;
    this.pool = pool;
  }

  void convolve(
      VectorTensor x,
      VectorWeight kernel,
      float[] bias,
      int stride,
      Padding padding,
      VectorTensor y) {
    Shape image = x.shape();
    ImageWindow window =
        new ImageWindow(
            image.dim(0),
            image.dim(1),
            image.dim(2),
            image.dim(3),
            kernel.shape().dim(2),
            kernel.shape().dim(3),
            stride,
            padding.top(),
            padding.left(),
            y.shape().dim(1),
            y.shape().dim(2));
    if (stride == 1 && kernel.transforms()) {
      Winograd.convolve(
          split.workers(), operands(window, kernel.transformed(), bias, x), y.floats());
    } else {
      Convolution.convolve(
          split.workers(), operands(window, kernel.panels(), bias, x), y.floats());
    }
  }

  /** Convolves by 3x3 pixels the image in which each of {@code x} stands for 2x2. */
  void convolveDoubled(VectorTensor x, VectorWeight kernel, float[] bias, VectorTensor y) {
    int height = y.shape().dim(1);
    int width = y.shape().dim(2);
    ImageWindow window =
        new ImageWindow(
            y.shape().dim(0), height, width, x.shape().dim(3), 3, 3, 1, 1, 1, height, width);
    Winograd.convolveDoubled(
        split.workers(), operands(window, kernel.transformed(), bias, x), y.floats());
  }

  private static ConvolutionOperands operands(
      ImageWindow window, PackedMatrix kernel, float[] bias, VectorTensor x) {
    return new ConvolutionOperands(window, kernel, bias, x.floats(), x.offset());
  }

  void groupNorm(
      VectorTensor x, int groups, float[] scale, float[] bias, double epsilon, VectorTensor y) {
    int images = x.shape().dim(0);
    int channels = x.shape().dim(3);
    int pixels = x.shape().dim(1) * x.shape().dim(2);
    float[] out = y.floats();
    GroupNorm norm = new GroupNorm(x.floats(), x.offset(), images, pixels, channels, groups);
    int runs = norm.runs();
    split.over(
        images * runs,
        3L * x.size(),
        (from, to) -> {
          float[] scratch = pool.floats(3L * channels);
          for (int item = from; item < to; item++) {
            norm.measure(item / runs, item % runs, scratch);
          }
          pool.release(scratch);
        });
    for (int image = 0; image < images; image++) {
      norm.settle(image, scale, bias, epsilon);
    }
    split.over(
        images * runs,
        2L * x.size(),
        (from, to) -> {
          for (int item = from; item < to; item++) {
            norm.normalize(item / runs, item % runs, out);
          }
        });
  }
}
