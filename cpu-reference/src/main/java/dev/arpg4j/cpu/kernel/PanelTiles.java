package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.LANES;

/**
 * Products of a few rows with one panel of floats, {@code y[r][l] += Σ_k x[r][k] · panel[k][l]}:
 * keys and values of attention, the right-hand side of a batched product, gradients. Unlike weights
 * these are made and read once, so rows are taken where they lie and nothing is packed.
 *
 * <p>Each output is one chain of fused multiply-adds in ascending k from what y held before,
 * whatever the number of rows; so a chain may be cut anywhere and continued.
 */
public final class PanelTiles {
  /** Columns of a panel: two vectors. */
  public static final int PANEL = 2 * LANES;

  /** Rows that share each panel entry they load: two accumulators each, in the registers. */
  public static final int ROWS = Lanes.registers() >= 32 ? 12 : 6;

  private PanelTiles() {}

  /**
   * Continues the sums of some rows, best of {@link #ROWS}.
   *
   * @param x row r is at {@code xAt + r · xStride}, {@code depth} values
   * @param panel {@code [depth][..]} from {@code at} on, PANEL values each {@code stride} apart
   * @param y row r is at {@code yAt + r · yStride}, PANEL values
   */
  public static void multiply(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      float[] panel,
      int at,
      int stride,
      int depth,
      float[] y,
      int yAt,
      int yStride) {
    RowFloatTiles.run(rows, x, xAt, xStride, panel, at, stride, depth, y, yAt, yStride);
  }

  /**
   * The same where x stands on its side: input k of row r is at {@code xAt + k · xStride + r}. The
   * other parameters are those of {@link #multiply}.
   */
  public static void multiplyColumns(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      float[] panel,
      int at,
      int stride,
      int depth,
      float[] y,
      int yAt,
      int yStride) {
    ColumnFloatTiles.run(rows, x, xAt, xStride, panel, at, stride, depth, y, yAt, yStride);
  }
}
