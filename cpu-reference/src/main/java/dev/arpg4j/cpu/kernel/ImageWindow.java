package dev.arpg4j.cpu.kernel;

/**
 * The sizes of a convolution: images {@code [batch, height, width, channels]} under a kernel of
 * {@code kernelHeight * kernelWidth} pixels that steps by {@code stride}, after {@code top} rows
 * and {@code left} columns of zeros; the result is {@code [batch, outputHeight, outputWidth, O]}.
 * Where the kernel reaches beyond the right and lower edge it finds zeros too.
 */
public record ImageWindow(
    int batch,
    int height,
    int width,
    int channels,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int top,
    int left,
    int outputHeight,
    int outputWidth) {

  /** Values under the kernel, K of the product. */
  int inputs() {
    return kernelHeight * kernelWidth * channels;
  }

  /** Pixels of all results. */
  int pixels() {
    return Math.toIntExact((long) batch * outputHeight * outputWidth);
  }

  /** Whether each result pixel sees just the pixel at its own place. */
  boolean pointwise() {
    return kernelHeight == 1
        && kernelWidth == 1
        && stride == 1
        && top == 0
        && left == 0
        && outputHeight == height
        && outputWidth == width;
  }
}
