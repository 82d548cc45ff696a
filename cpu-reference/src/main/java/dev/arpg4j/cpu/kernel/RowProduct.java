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
    multiply(
        workers, floats, new Rows(x, xAt, depth), rows, depth, new Rows(y, 0, columns), columns);
  }

  /**
   * Rows in an array.
   *
   * @param at where row 0 begins; row r at {@code at + r · stride}
   */
  record Rows(float[] values, int at, int stride) {
    /** Where a row begins. */
    int start(int row) {
      return at + row * stride;
    }

    /** These without the first ones. */
    Rows from(int row) {
      return new Rows(values, start(row), stride);
    }
  }

  /** The same by any panels, of rows anywhere. */
  static void multiply(
      Workers workers, Panels panels, Rows x, int rows, int depth, Rows y, int columns) {
    RowBlocks blocks = RowBlocks.of(rows, PanelTiles.ROWS, BLOCK_TILES, 1);
    int all = Math.ceilDiv(columns, PANEL);
    int parts = workers.threads() == 1 ? 1 : PARTS_PER_THREAD * workers.threads();
    int across = Math.clamp(Math.ceilDiv(parts, Math.max(1, blocks.count())), 1, Math.max(1, all));
    workers.run(
        blocks.count() * across,
        part -> {
          int block = part / across;
          int first = blocks.start(block);
          int count = blocks.start(block + 1) - first;
          Part some = new Part(panels, x.from(first), count, depth, y.from(first));
          int panel = part % across;
          int to = Math.min(Linear.split(all, across, panel + 1) * PANEL, columns);
          some.compute(Linear.split(all, across, panel), to);
        });
  }

  /** Some rows by some panels. */
  private record Part(Panels panels, Rows x, int rows, int depth, Rows y) {

    /** Computes the columns of panel {@code from} and on, before column {@code end}. */
    void compute(int from, int end) {
      int whole = end / PANEL;
      int rest = end - whole * PANEL;
      for (int r = 0; r < rows; r++) {
        Arrays.fill(y.values, y.start(r) + from * PANEL, y.start(r) + end, 0);
      }
      float[] sums = new float[rest > 0 ? rows * PANEL : 0];
      for (int k = 0; k < depth; k += BLOCK_INPUTS) {
        int inputs = Math.min(BLOCK_INPUTS, depth - k);
        int in = x.at + k;
        for (int panel = from; panel < whole; panel++) {
          int to = y.at + panel * PANEL;
          panels.multiplyRows(
              rows, x.values, in, x.stride, panel, k, inputs, y.values, to, y.stride);
        }
        if (rest > 0) {
          panels.multiplyRows(rows, x.values, in, x.stride, whole, k, inputs, sums, 0, PANEL);
        }
      }
      for (int r = 0; rest > 0 && r < rows; r++) {
        System.arraycopy(sums, r * PANEL, y.values, y.start(r) + whole * PANEL, rest);
      }
    }
  }
}
