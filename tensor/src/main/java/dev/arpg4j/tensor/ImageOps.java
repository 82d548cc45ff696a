package dev.arpg4j.tensor;

/** The ops of {@link Ops} on images [B, h, w, C], the channels of a pixel side by side. */
public interface ImageOps {
  /**
   * 2-D convolution (cross-correlation, as usual) with zero padding: {@code y[b, i, j, o] = bias[o]
   * + Σ_{u, v, c} x[b, i·stride + u − top, j·stride + v − left, c] · kernel[o, c, u, v]}.
   *
   * @param x [B, h, w, C]
   * @param kernel [O, C, kh, kw], as checkpoints have it; loaded for {@link Weight.Use#KERNEL}
   * @param bias [O]
   * @param stride 1 or more, along both axes
   * @return [B, (h + top + bottom − kh) / stride + 1, (w + left + right − kw) / stride + 1, O]
   */
  Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Ops.Padding padding);

  /**
   * Twice the height and width, every pixel four times, then a convolution that keeps them: {@code
   * conv2d(resize(x, 2h, 2w, NEAREST), kernel, bias, 1, Padding.all(1))} (VARIANTS.md 2, Upsample).
   *
   * @param x [B, h, w, C]
   * @param kernel [O, C, 3, 3], loaded for {@link Weight.Use#KERNEL}
   * @param bias [O]
   * @return [B, 2h, 2w, O]
   */
  default Tensor upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
    Shape y = ImageShapes.upsampleConv2d(x, kernel, bias);
    Tensor doubled = resize(x, y.dim(1), y.dim(2), Ops.Resampling.NEAREST);
    return conv2d(doubled, kernel, bias, 1, Ops.Padding.all(1));
  }

  /**
   * Another height and width. NEAREST takes the pixel {@code (⌊i·h / height⌋, ⌊j·w / width⌋)}. AREA
   * is the mean over rows {@code ⌊i·h / height⌋ .. ⌈(i+1)·h / height⌉ - 1} and columns likewise.
   * BICUBIC is the separable cubic convolution with a = −0.75 (Keys, 1981) around {@code (i + ½)·h
   * / height − ½}, whose four rows are clamped to the edge; there is no antialiasing (VARIANTS.md
   * 4.5).
   *
   * @param x [B, h, w, C]
   * @return [B, height, width, C]
   */
  Tensor resize(Tensor x, int height, int width, Ops.Resampling resampling);
}
