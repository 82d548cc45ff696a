package dev.arpg4j.cpu.kernel;

import java.util.Arrays;

/**
 * What a convolution multiplies by its kernel: for each pixel of the result, the {@code kh * kw *
 * C} values under the kernel in the order (u, v, c), zero outside the image. They are copied from
 * the image only when a tile is packed and never lie in memory all at once.
 *
 * @param x images {@code [B, h, w, C]} from {@code offset} on
 */
record ImagePatches(ImageWindow window, float[] x, int offset) implements Activations {
  @Override
  public void pack(int row, int rows, int height, float[] to, int at) {
    int width = window.outputWidth();
    for (int i = 0; i < rows; i++) {
      int line = (row + i) / width;
      int top = line % window.outputHeight() * window.stride() - window.top();
      int left = (row + i) % width * window.stride() - window.left();
      int image = line / window.outputHeight();
      packOne(image, top, left, height, to, at + i);
    }
  }

  /** Packs what lies under a kernel whose corner is at pixel ({@code top}, {@code left}). */
  private void packOne(int image, int top, int left, int height, float[] to, int at) {
    int channels = window.channels();
    int from = Math.clamp(-left, 0, window.kernelWidth());
    int end = Math.clamp((long) window.width() - left, from, window.kernelWidth());
    int rowValues = window.kernelWidth() * channels;
    for (int u = 0; u < window.kernelHeight(); u++) {
      int line = top + u;
      int rowAt = at + u * rowValues * height;
      if (line < 0 || line >= window.height()) {
        zero(rowValues, height, to, rowAt);
        continue;
      }
      int pixel = (image * window.height() + line) * window.width() + left + from;
      zero(from * channels, height, to, rowAt);
      Activations.scatter(
          x,
          offset + pixel * channels,
          (end - from) * channels,
          height,
          to,
          rowAt + from * channels * height);
      zero(rowValues - end * channels, height, to, rowAt + end * channels * height);
    }
  }

  private static void zero(int count, int height, float[] to, int at) {
    if (height == 1) {
      Arrays.fill(to, at, at + count, 0f);
    } else {
      for (int k = 0; k < count; k++) {
        to[at + k * height] = 0f;
      }
    }
  }
}
