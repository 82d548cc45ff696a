package dev.arpg4j.cpu.kernel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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
   * Convolves {@code x} with a kernel.
   *
   * @param kernel {@code [O, kh * kw * C]}, the inputs in the order (row, column, channel)
   * @param bias O numbers
   * @param x images {@code [batch, height, width, channels]} from {@code xOffset} on
   * @param y is given {@code [batch, outputHeight, outputWidth, O]}; not {@code x}
   */
  public static void convolve(
      Workers workers,
      ImageWindow window,
      PackedMatrix kernel,
      float[] bias,
      float[] x,
      int xOffset,
      float[] y) {
    int inputs = window.inputs();
    int outputs = kernel.outputs();
    int pixels = window.pixels();
    Activations patches =
        window.pointwise()
            ? Activations.rows(inputs, x, xOffset, inputs)
            : new ImagePatches(window, x, xOffset);
    int tiles = RowTiles.count(pixels);
    int blocks = blocks(workers, tiles);
    int mostRows = RowTiles.MAX_HEIGHT * Math.ceilDiv(tiles, Math.max(1, blocks));
    int scratchSize = Math.toIntExact(RowTiles.packedSize(inputs, mostRows));
    Queue<float[]> idle = new ConcurrentLinkedQueue<>();
    workers.run(
        blocks,
        part -> {
          int from = start(pixels, tiles, blocks, part);
          int rows = start(pixels, tiles, blocks, part + 1) - from;
          float[] taken = idle.poll();
          float[] scratch = taken != null ? taken : new float[scratchSize];
          RowTiles packed = RowTiles.of(patches, inputs, from, rows, scratch);
          Linear.block(
              kernel,
              packed,
              0,
              packed.count(),
              0,
              kernel.panels(),
              (row, column, columns, sums, at) -> {
                int to = (from + row) * outputs + column;
                for (int i = 0; i < columns; i++) {
                  y[to + i] = sums[at + i] + bias[column + i];
                }
              });
          idle.add(scratch);
        });
  }

  private static int blocks(Workers workers, int tiles) {
    int wanted = workers.threads() == 1 ? 1 : PARTS_PER_THREAD * workers.threads();
    return Math.min(tiles, Math.max(wanted, Math.ceilDiv(tiles, BLOCK_TILES)));
  }

  /** The first pixel of a part; parts are whole tiles, but for the last. */
  private static int start(int pixels, int tiles, int blocks, int part) {
    return Math.min(pixels, Linear.split(tiles, blocks, part) * RowTiles.MAX_HEIGHT);
  }
}
