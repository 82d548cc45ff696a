package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.PanelTiles.PANEL;

import java.util.Arrays;

/**
 * Products of many rows, which are taken where they lie. Where thousands of rows meet a small
 * matrix, as in training, packing them would take as long as a third of the product. Each output is
 * the chain of {@link Linear}.
 */
public final class RowProduct {
  /** Rows that are enough to make up for what tiles over packed rows do better. */
  static final int LEAST_ROWS = 48;

  /**
   * Inputs and outputs of a small matrix: rows twice as far apart lie pages from each other, and
   * those of a tile would drive each other out of the L1 cache.
   */
  private static final int MOST_COLUMNS = 512;

  /** Inputs of one block: its part of a panel stays in the L1 cache, that of the rows in L2. */
  private static final int BLOCK_INPUTS = 256;

  /** Tiles of rows that go through the panels together: enough to load each panel for. */
  private static final int BLOCK_TILES = 8;

  /** Parts per thread, so that a thread which lost its core holds up the others only briefly. */
  private static final int PARTS_PER_THREAD = 4;

  private RowProduct() {}

  /** Whether rows are multiplied by these weights faster here than packed. */
  static boolean isWorthwhile(PackedMatrix weights, int rows) {
    int columns = Math.max(weights.inputs(), weights.outputs());
    return rows >= LEAST_ROWS && columns <= MOST_COLUMNS;
  }

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
    RowBlocks blocks = RowBlocks.of(rows, PanelTiles.ROWS, BLOCK_TILES, 1);
    int all = Math.ceilDiv(columns, PANEL);
    int parts = workers.threads() == 1 ? 1 : PARTS_PER_THREAD * workers.threads();
    int across = Math.clamp(Math.ceilDiv(parts, Math.max(1, blocks.count())), 1, Math.max(1, all));
    workers.run(
        blocks.count() * across,
        part -> {
          int block = part / across;
          int first = blocks.start(block);
          Part some =
              new Part(
                  panels,
                  x,
                  xAt + first * xStride,
                  xStride,
                  blocks.start(block + 1) - first,
                  depth,
                  y,
                  yAt + first * yStride,
                  yStride);
          int panel = part % across;
          int to = Math.min(Linear.split(all, across, panel + 1) * PANEL, columns);
          some.compute(Linear.split(all, across, panel), to);
        });
  }

  /** Some rows by some panels. */
  private record Part(
      Panels panels,
      float[] x,
      int xAt,
      int xStride,
      int rows,
      int depth,
      float[] y,
      int yAt,
      int yStride) {

    /** Computes the columns of panel {@code from} and on, before column {@code end}. */
    void compute(int from, int end) {
      int whole = end / PANEL;
      int rest = end - whole * PANEL;
      for (int r = 0; r < rows; r++) {
        Arrays.fill(y, yAt + r * yStride + from * PANEL, yAt + r * yStride + end, 0);
      }
      float[] sums = new float[rest > 0 ? rows * PANEL : 0];
      for (int k = 0; k < depth; k += BLOCK_INPUTS) {
        int inputs = Math.min(BLOCK_INPUTS, depth - k);
        for (int panel = from; panel < whole; panel++) {
          int to = yAt + panel * PANEL;
          panels.multiply(rows, x, xAt + k, xStride, panel, k, inputs, y, to, yStride);
        }
        if (rest > 0) {
          panels.multiply(rows, x, xAt + k, xStride, whole, k, inputs, sums, 0, PANEL);
        }
      }
      for (int r = 0; rest > 0 && r < rows; r++) {
        System.arraycopy(sums, r * PANEL, y, yAt + r * yStride + whole * PANEL, rest);
      }
    }
  }
}
