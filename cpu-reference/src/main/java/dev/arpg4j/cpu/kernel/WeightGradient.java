package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.PanelTiles.PANEL;

import java.util.Arrays;

/**
 * The gradient of a linear map by its weight, {@code dw[o][k] = Σ_r dy[r][o] · x[r][k]}, each one
 * chain of fused multiply-adds in ascending r. Both sides are taken where they lie.
 *
 * <p>Threads divide the outputs, so that no sum is ever divided. As few parts as keep them busy:
 * each reads its columns of all rows.
 */
public final class WeightGradient {
  /** Rows of one block: two parts of panels and of dy stay in the L1 cache. */
  private static final int BLOCK_ROWS = 128;

  /** Parts per thread, so that a thread which lost its core holds up the others only a part. */
  private static final int PARTS_PER_THREAD = 2;

  private final float[] x;
  private final int xAt;
  private final int inputs;
  private final float[] dy;
  private final int dyAt;
  private final int outputs;
  private final int rows;
  private final float[] dw;

  /**
   * Describes a gradient.
   *
   * @param x [rows, inputs] from {@code xAt} on
   * @param dy [rows, outputs] from {@code dyAt} on
   * @param dw [outputs, inputs] from its start
   */
  public WeightGradient(
      float[] x, int xAt, int inputs, float[] dy, int dyAt, int outputs, int rows, float[] dw) {
    this.x = x;
    this.xAt = xAt;
    this.inputs = inputs;
    this.dy = dy;
    this.dyAt = dyAt;
    this.outputs = outputs;
    this.rows = rows;
    this.dw = dw;
  }

  /** Computes all of dw. */
  public void run(Workers workers) {
    int panels = Math.ceilDiv(inputs, PANEL);
    int tiles = Math.ceilDiv(outputs, PanelTiles.ROWS);
    int parts = workers.threads() == 1 ? 1 : PARTS_PER_THREAD * workers.threads();
    // Parts as square as may be: a part of p panels and t tiles reads so many columns.
    int across = Math.clamp((long) Math.rint(Math.sqrt(parts)), 1, panels);
    int down = Math.clamp(parts / across, 1, tiles);
    workers.run(
        across * down,
        part -> {
          int panel = part % across;
          int tile = part / across;
          part(
              Linear.split(panels, across, panel),
              Linear.split(panels, across, panel + 1),
              Linear.split(tiles, down, tile) * PanelTiles.ROWS,
              Math.min(Linear.split(tiles, down, tile + 1) * PanelTiles.ROWS, outputs));
        });
  }

  private void part(int fromPanel, int toPanel, int fromOutput, int toOutput) {
    int outer = toOutput - fromOutput;
    int column = fromPanel * PANEL;
    int whole = Math.min(toPanel, inputs / PANEL);
    int columns = Math.min(toPanel * PANEL, inputs) - column;
    for (int o = fromOutput; o < toOutput; o++) {
      Arrays.fill(dw, o * inputs + column, o * inputs + column + columns, 0);
    }
    boolean ragged = whole < toPanel;
    float[] panel = new float[ragged ? Math.min(BLOCK_ROWS, rows) * PANEL : 0];
    float[] sums = new float[ragged ? outer * PANEL : 0];
    for (int row = 0; row < rows; row += BLOCK_ROWS) {
      int depth = Math.min(BLOCK_ROWS, rows - row);
      int dyFrom = dyAt + row * outputs + fromOutput;
      for (int p = fromPanel; p < whole; p++) {
        int at = xAt + row * inputs + p * PANEL;
        int to = fromOutput * inputs + p * PANEL;
        PanelTiles.multiplyColumns(
            outer, dy, dyFrom, outputs, x, at, inputs, depth, dw, to, inputs);
      }
      if (ragged) {
        cut(row, depth, whole * PANEL, panel);
        PanelTiles.multiplyColumns(
            outer, dy, dyFrom, outputs, panel, 0, PANEL, depth, sums, 0, PANEL);
      }
    }
    for (int o = 0; ragged && o < outer; o++) {
      int to = (fromOutput + o) * inputs + whole * PANEL;
      System.arraycopy(sums, o * PANEL, dw, to, inputs - whole * PANEL);
    }
  }

  /** The last columns of some rows, as a whole panel. */
  private void cut(int row, int count, int column, float[] panel) {
    for (int r = 0; r < count; r++) {
      int from = xAt + (row + r) * inputs + column;
      System.arraycopy(x, from, panel, r * PANEL, inputs - column);
    }
  }
}
