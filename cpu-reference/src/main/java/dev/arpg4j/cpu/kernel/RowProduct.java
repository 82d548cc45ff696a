package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.PanelTiles.PANEL;

import java.util.Arrays;

/**
 * Products of many rows, which are taken where they lie. Where thousands of rows meet a small
 * matrix, as in training, packing them would take as long as a third of the product. Each output is
 * the chain of {@link Linear}.
 */
public final class RowProduct {
  /** From so many rows on this is faster than {@link Linear}'s packed tiles. */
  static final int WORTHWHILE_ROWS = 48;

  /** Inputs of one block: its part of a panel stays in the L1 cache. */
  private static final int BLOCK_INPUTS = 256;

  /** Floats of the rows that go through the panels together: they stay in the L2 cache. */
  private static final int BLOCK_FLOATS = 1 << 15;

  private RowProduct() {}

  /**
   * Multiplies rows by float panels.
   *
   * @param panels {@code [ceil(columns / PANEL)][depth][PANEL]}
   * @param x row r is at {@code xAt + r · depth}
   * @param y row r is written at {@code r · columns}
   */
  public static void multiply(
      Workers workers,
      float[] panels,
      float[] x,
      int xAt,
      int rows,
      int depth,
      float[] y,
      int columns) {
    Panels floats =
        (count, in, inAt, inStride, panel, k, inputs, sums, sumsAt, sumsStride) ->
            PanelTiles.multiply(
                count,
                in,
                inAt,
                inStride,
                panels,
                (panel * depth + k) * PANEL,
                PANEL,
                inputs,
                sums,
                sumsAt,
                sumsStride);
    multiply(workers, floats, x, xAt, depth, rows, depth, y, 0, columns, columns);
  }

  /** The same by any panels, of rows that lie {@code xStride} and {@code yStride} apart. */
  static void multiply(
      Workers workers,
      Panels panels,
      float[] x,
      int xAt,
      int xStride,
      int rows,
      int depth,
      float[] y,
      int yAt,
      int yStride,
      int columns) {
    int tiles = Math.clamp(BLOCK_FLOATS / Math.max(1, depth) / PanelTiles.ROWS, 1, 8);
    RowBlocks blocks = RowBlocks.of(rows, PanelTiles.ROWS, tiles, 1);
    workers.run(
        blocks.count(),
        block -> {
          int first = blocks.start(block);
          int count = blocks.start(block + 1) - first;
          int to = yAt + first * yStride;
          zero(y, to, yStride, count, columns);
          for (int panel = 0; panel * PANEL < columns; panel++) {
            int at = xAt + first * xStride;
            int column = panel * PANEL;
            if (column + PANEL <= columns) {
              panel(panels, panel, x, at, xStride, count, depth, y, to + column, yStride);
            } else {
              float[] sums = new float[count * PANEL];
              panel(panels, panel, x, at, xStride, count, depth, sums, 0, PANEL);
              for (int r = 0; r < count; r++) {
                System.arraycopy(sums, r * PANEL, y, to + r * yStride + column, columns - column);
              }
            }
          }
        });
  }

  private static void panel(
      Panels panels,
      int panel,
      float[] x,
      int xAt,
      int xStride,
      int rows,
      int depth,
      float[] y,
      int yAt,
      int yStride) {
    for (int k = 0; k < depth; k += BLOCK_INPUTS) {
      int inputs = Math.min(BLOCK_INPUTS, depth - k);
      panels.multiply(rows, x, xAt + k, xStride, panel, k, inputs, y, yAt, yStride);
    }
  }

  private static void zero(float[] y, int at, int stride, int rows, int columns) {
    if (stride == columns) {
      Arrays.fill(y, at, at + rows * columns, 0);
      return;
    }
    for (int r = 0; r < rows; r++) {
      Arrays.fill(y, at + r * stride, at + r * stride + columns, 0);
    }
  }
}
