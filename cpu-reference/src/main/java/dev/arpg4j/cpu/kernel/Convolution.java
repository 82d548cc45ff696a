package dev.arpg4j.cpu.kernel;

/**
 * Convolution of images as a matrix product: the pixels under the kernel times the kernel.
 *
 * <p>Each output is one chain of float32 fused multiply-adds from zero, ascending in (row, column,
 * channel) of the kernel, zeros outside the image included; then the bias is added. As in {@link
 * Linear}, nothing else decides a bit.
 */
public final class Convolution {
  /** Tiles of one part: they read a kernel panel together, and are packed together. */
  private static final int BLOCK_TILES = 16;

  /** Parts per thread where the image is large enough, so that a late thread delays little. */
  private static final int PARTS_PER_THREAD = 2;

  private Convolution() {}

  /**
   * Convolves images with a kernel.
   *
   * @param operands whose kernel is {@code [O, kh * kw * C]}, the inputs in the order (row, column,
   *     channel)
   * @param y is given {@code [batch, outputHeight, outputWidth, O]}; not {@code x}
   */
  public static void convolve(Workers workers, ConvolutionOperands operands, float[] y) {
    ImageWindow window = operands.window();
    int inputs = window.inputs();
    Activations patches =
        window.pointwise()
            ? Activations.rows(inputs, operands.x(), operands.xOffset(), inputs)
            : new ImagePatches(window, operands.x(), operands.xOffset());
    int wanted = workers.threads() == 1 ? 1 : PARTS_PER_THREAD * workers.threads();
    Pixels pixels = new Pixels(patches, operands.kernel(), operands.bias(), y);
    RowBlocks.of(window.pixels(), RowTiles.MAX_HEIGHT, BLOCK_TILES, wanted)
        .run(workers, inputs, () -> pixels);
  }

  /** All outputs of some pixels. */
  private record Pixels(Activations activations, PackedMatrix kernel, float[] bias, float[] y)
      implements RowBlocks.Block {
    @Override
    public void compute(RowTiles tiles, int from, int rows) {
      int outputs = kernel.outputs();
      Linear.block(
          kernel,
          tiles,
          0,
          tiles.count(),
          0,
          kernel.panels(),
          (row, column, columns, sums, at) -> {
            int to = (from + row) * outputs + column;
            for (int i = 0; i < columns; i++) {
              y[to + i] = sums[at + i] + bias[column + i];
            }
          });
    }
  }
}
