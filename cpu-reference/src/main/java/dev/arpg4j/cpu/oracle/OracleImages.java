package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;

/** Ops on images [B, h, w, C], the channels of a pixel side by side: convolution, group norm. */
final class OracleImages {
  /** Elements of the longest array that every virtual machine makes. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private OracleImages() {}

  /** The extents of a batch of images. */
  record Images(int batch, int height, int width, int channels) {
    /**
     * Their numbers.
     *
     * @throws InvalidInputException if no array holds them
     */
    int size() {
      long size = Shape.of(batch, height, width, channels).size();
      if (size > MOST) {
        throw new InvalidInputException(
            "images [%d, %d, %d, %d] of %d elements: arrays hold at most %d"
                .formatted(batch, height, width, channels, size, MOST));
      }
      return (int) size;
    }

    /** Where channel c of pixel (i, j) of image b is. */
    int at(int b, int i, int j, int c) {
      return ((b * height + i) * width + j) * channels + c;
    }

    /** Whether there is a pixel (i, j); outside are the zeros of the padding. */
    boolean has(int i, int j) {
      return i >= 0 && i < height && j >= 0 && j < width;
    }
  }

  /**
   * The window that a convolution moves over an image.
   *
   * @param height of the kernel, kh
   * @param width of the kernel, kw
   * @param stride pixels from one window to the next, both ways
   * @param top rows of zeros above the image
   * @param left columns of zeros before the image
   */
  record Window(int height, int width, int stride, int top, int left) {}

  /**
   * y[b, i, j, o] = bias[o] + Σ_{u, v, c} x[b, i·stride + u - top, j·stride + v - left, c] ·
   * kernel[o, c, u, v].
   *
   * @param x [B, h, w, C]
   * @param kernel [O, C, kh, kw]
   * @param bias [O]
   * @param to the result's extents
   */
  static double[] conv2d(
      double[] x, Images from, double[] kernel, Window window, double[] bias, Images to) {
    double[] y = new double[to.size()];
    for (int b = 0; b < to.batch; b++) {
      for (int i = 0; i < to.height; i++) {
        for (int j = 0; j < to.width; j++) {
          int row = i * window.stride - window.top;
          int column = j * window.stride - window.left;
          for (int o = 0; o < to.channels; o++) {
            y[to.at(b, i, j, o)] = bias[o] + product(x, from, b, row, column, kernel, window, o);
          }
        }
      }
    }
    return y;
  }

  /** Of output channel o, with the window's corner at pixel (row, column) of image b. */
  private static double product(
      double[] x, Images from, int b, int row, int column, double[] kernel, Window window, int o) {
    double sum = 0;
    for (int u = 0; u < window.height; u++) {
      for (int v = 0; v < window.width; v++) {
        if (!from.has(row + u, column + v)) {
          continue;
        }
        for (int c = 0; c < from.channels; c++) {
          int weight = ((o * from.channels + c) * window.height + u) * window.width + v;
          sum += x[from.at(b, row + u, column + v, c)] * kernel[weight];
        }
      }
    }
    return sum;
  }

  /**
   * y = (x - mean) / sqrt(var + epsilon) · scale[c] + bias[c], with mean and var = Σ(x - mean)² /
   * count over all pixels and the channels g·C/groups .. (g+1)·C/groups - 1 of one image.
   *
   * @param x [B, h, w, C]
   * @param scale [C]
   * @param bias [C]
   */
  static double[] groupNorm(
      double[] x, Images images, int groups, double[] scale, double[] bias, double epsilon) {
    double[] y = new double[x.length];
    int channels = images.channels;
    int width = channels / groups;
    int image = images.height * images.width * channels;
    double count = (double) images.height * images.width * width;
    for (int b = 0; b < images.batch; b++) {
      for (int first = 0; first < channels; first += width) {
        int from = b * image + first; // the group's channels of the image's first pixel
        int end = (b + 1) * image;
        double sum = 0;
        for (int pixel = from; pixel < end; pixel += channels) {
          for (int c = 0; c < width; c++) {
            sum += x[pixel + c];
          }
        }
        double mean = sum / count;
        double squares = 0;
        for (int pixel = from; pixel < end; pixel += channels) {
          for (int c = 0; c < width; c++) {
            squares += (x[pixel + c] - mean) * (x[pixel + c] - mean);
          }
        }
        double root = Math.sqrt(squares / count + epsilon);
        for (int pixel = from; pixel < end; pixel += channels) {
          for (int c = 0; c < width; c++) {
            y[pixel + c] = (x[pixel + c] - mean) / root * scale[first + c] + bias[first + c];
          }
        }
      }
    }
    return y;
  }
}
