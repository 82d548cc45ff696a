package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Convolution;
import dev.arpg4j.cpu.kernel.ConvolutionOperands;
import dev.arpg4j.cpu.kernel.ImageWindow;
import dev.arpg4j.cpu.kernel.PackedMatrix;
import dev.arpg4j.cpu.kernel.Winograd;
import dev.arpg4j.cpu.kernel.Workers;
import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** Ops on images [B, h, w, C]: divides them among the threads. */
final class ImageOps {
  private final VectorBackend backend;
  private final Split split;

  ImageOps(VectorBackend backend, Split split) {
    this.backend = backend;
    this.split = split;
  }

  Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    VectorTensor y = backend.result(ImageShapes.conv2d(x, kernel, bias, stride, padding));
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
    VectorWeight packed = backend.own(kernel);
    Workers workers = split.workers();
    if (stride == 1 && packed.transforms()) {
      Winograd.convolve(workers, operands(window, packed.transformed(), bias, x), y.floats());
    } else {
      Convolution.convolve(workers, operands(window, packed.panels(), bias, x), y.floats());
    }
    return y;
  }

  /** Whether {@link #upsampleConv2d} has a way with this kernel that saves products. */
  boolean upsamples(Weight kernel) {
    return backend.own(kernel).transforms();
  }

  /** Convolves by 3x3 pixels the image in which each of {@code x} stands for 2x2. */
  Tensor upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
    VectorTensor y = backend.result(ImageShapes.upsampleConv2d(x, kernel, bias));
    int height = y.shape().dim(1);
    int width = y.shape().dim(2);
    ImageWindow window =
        new ImageWindow(
            y.shape().dim(0), height, width, x.shape().dim(3), 3, 3, 1, 1, 1, height, width);
    Winograd.convolveDoubled(
        split.workers(), operands(window, backend.own(kernel).transformed(), bias, x), y.floats());
    return y;
  }

  private ConvolutionOperands operands(
      ImageWindow window, PackedMatrix kernel, Weight bias, Tensor x) {
    VectorTensor images = backend.own(x);
    return new ConvolutionOperands(
        window, kernel, backend.own(bias).vector(), images.floats(), images.offset());
  }

  Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    VectorTensor y = backend.result(ImageShapes.groupNorm(x, groups, scale, bias));
    VectorTensor in = backend.own(x);
    int images = x.shape().dim(0);
    int channels = x.shape().dim(3);
    int pixels = x.shape().dim(1) * x.shape().dim(2);
    float[] out = y.floats();
    GroupNorm norm = new GroupNorm(in.floats(), in.offset(), images, pixels, channels, groups);
    int runs = norm.runs();
    split.over(
        images * runs,
        3L * in.size(),
        (from, to) -> {
          float[] scratch = backend.pool().floats(3L * channels);
          for (int item = from; item < to; item++) {
            norm.measure(item / runs, item % runs, scratch);
          }
          backend.pool().release(scratch);
        });
    for (int image = 0; image < images; image++) {
      norm.settle(image, backend.own(scale).vector(), backend.own(bias).vector(), epsilon);
    }
    split.over(
        images * runs,
        2L * in.size(),
        (from, to) -> {
          for (int item = from; item < to; item++) {
            norm.normalize(item / runs, item % runs, out);
          }
        });
    return y;
  }

  Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    VectorTensor y = backend.result(ImageShapes.resize(x, height, width));
    VectorTensor in = backend.own(x);
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    switch (resampling) {
      case NEAREST -> Movement.nearest(in, y, split);
      case AREA -> Resizing.resize(in, Taps.area(h, height), Taps.area(w, width), y, split);
      case BICUBIC -> Resizing.resize(in, Taps.cubic(h, height), Taps.cubic(w, width), y, split);
    }
    return y;
  }
}
