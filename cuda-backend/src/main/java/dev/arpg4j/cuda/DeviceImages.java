package dev.arpg4j.cuda;

import dev.arpg4j.cuda.blas.Convolution;
import dev.arpg4j.cuda.kernel.Images;
import dev.arpg4j.cuda.kernel.Images.Extents;
import dev.arpg4j.cuda.kernel.Images.Window;
import dev.arpg4j.cuda.kernel.Rowwise;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** The ops on images [B, h, w, C]. */
final class DeviceImages {
  private final Storage storage;
  private final DeviceProducts products;
  private final Images images;
  private final Rowwise rowwise;

  DeviceImages(Storage storage, DeviceProducts products) {
    this.storage = storage;
    this.products = products;
    this.images = new Images(storage.stream(), storage.element());
    this.rowwise = new Rowwise(storage.stream(), storage.element());
  }

  private static Extents extents(Shape shape) {
    return new Extents(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
  }

  Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    Shape shape = ImageShapes.conv2d(x, kernel, bias, stride, padding);
    Window window =
        new Window(
            kernel.shape().dim(2), kernel.shape().dim(3), stride, padding.top(), padding.left());
    Convolution convolution =
        new Convolution(storage.element(), extents(x.shape()), window, extents(shape));
    CudaTensor in = convolution.isPointwise() ? products.operand(x) : storage.computed(x);
    CudaTensor y = storage.result(shape);
    DeviceBlock scratch = storage.scratch(convolution.scratchBytes());
    try {
      convolution.run(
          products.matrices(),
          images,
          rowwise,
          in.address(),
          products.own(kernel).address(),
          products.own(bias).address(),
          y.address(),
          scratch.address());
    } finally {
      scratch.giveBack();
    }
    return y;
  }

  Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    Shape shape = ImageShapes.groupNorm(x, groups, scale, bias);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    DeviceBlock scratch = storage.scratch(images.groupNormScratchBytes(extents(shape)));
    try {
      images.groupNorm(
          in.address(),
          extents(shape),
          groups,
          products.own(scale).address(),
          products.own(bias).address(),
          (float) epsilon,
          y.address(),
          scratch.address());
    } finally {
      scratch.giveBack();
    }
    return y;
  }

  Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    Shape shape = ImageShapes.resize(x, height, width);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    images.resize(in.address(), y.address(), extents(x.shape()), extents(shape), resampling);
    return y;
  }
}
