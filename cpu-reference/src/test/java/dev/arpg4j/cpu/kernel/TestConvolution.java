package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Ops.Padding;
import java.util.Arrays;

/** A convolution of given sizes over drawn numbers, and what it has to give on any team. */
record TestConvolution(ImageWindow window, float[] x, float[] bias) {
  /** Of the images in {@code x}, so that nobody forgets it. */
  private static final int OFFSET = 5;

  private static final int THREADS = 3;

  /** The method under test. */
  @FunctionalInterface
  interface Method {
    void convolve(Workers workers, ConvolutionOperands operands, float[] y);
  }

  /**
   * Draws images and biases.
   *
   * @param image [B, h, w, C]
   * @param kernel [O, C, kh, kw]
   */
  static TestConvolution of(int[] image, int[] kernel, int stride, Padding padding) {
    int height = image[1] + padding.top() + padding.bottom() - kernel[2];
    int width = image[2] + padding.left() + padding.right() - kernel[3];
    ImageWindow window =
        new ImageWindow(
            image[0],
            image[1],
            image[2],
            image[3],
            kernel[2],
            kernel[3],
            stride,
            padding.top(),
            padding.left(),
            height / stride + 1,
            width / stride + 1);
    int size = image[0] * image[1] * image[2] * image[3];
    return new TestConvolution(
        window, LinearTest.numbers(OFFSET + size, 1), LinearTest.numbers(kernel[0], 3));
  }

  int outputs() {
    return bias.length;
  }

  /** Channel c of a pixel of image b, 0 where there is none. */
  float pixel(int b, int line, int column, int c) {
    boolean inside = line >= 0 && line < window.height() && column >= 0 && column < window.width();
    int pixel = (b * window.height() + line) * window.width() + column;
    return inside ? x[OFFSET + pixel * window.channels() + c] : 0f;
  }

  /** That one thread and several give these bits. */
  void requireBits(Method method, PackedMatrix kernel, float[] expected) {
    for (int threads : new int[] {1, THREADS}) {
      float[] y = new float[expected.length];
      Arrays.fill(y, Float.NaN);
      try (Workers workers = new Workers(threads)) {
        method.convolve(workers, new ConvolutionOperands(window, kernel, bias, x, OFFSET), y);
      }
      assertThat(y)
          .as("%s on %d threads", kernel.getClass().getSimpleName(), threads)
          .isEqualTo(expected);
    }
  }
}
