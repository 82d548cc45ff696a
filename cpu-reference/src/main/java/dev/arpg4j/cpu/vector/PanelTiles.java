package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Products of a few rows with one panel of activations, {@code y[r][l] += Σ_k x[r][k] ·
 * panel[k][l]}: keys and values of attention, the right-hand side of a batched product. Unlike
 * weights these are made and read once, so rows are taken where they lie and nothing is blocked.
 *
 * <p>Each output is one chain of fused multiply-adds in ascending k from what y held before,
 * whatever the number of rows; so a chain may be cut anywhere and continued.
 */
final class PanelTiles {
  /** Columns of a panel: two vectors. */
  static final int PANEL = 2 * LANES;

  /** Rows that share each panel entry they load: two accumulators each, in sixteen registers. */
  static final int ROWS = 4;

  private PanelTiles() {}

  /**
   * Continues the sums of up to {@link #ROWS} rows.
   *
   * @param x row r is at {@code xAt + r · xStride}, {@code depth} values
   * @param panel {@code [depth][PANEL]} from {@code at} on
   * @param y row r is at {@code yAt + r · yStride}, PANEL values
   */
  static void multiply(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      float[] panel,
      int at,
      int depth,
      float[] y,
      int yAt,
      int yStride) {
    switch (rows) {
      case 1 -> one(x, xAt, panel, at, depth, y, yAt);
      case 2 -> two(x, xAt, xStride, panel, at, depth, y, yAt, yStride);
      case 3 -> three(x, xAt, xStride, panel, at, depth, y, yAt, yStride);
      case 4 -> four(x, xAt, xStride, panel, at, depth, y, yAt, yStride);
      default -> throw new IllegalArgumentException("rows " + rows + ", expected 1 to " + ROWS);
    }
  }

  private static void one(
      float[] x, int xAt, float[] panel, int at, int depth, float[] y, int yAt) {
    FloatVector s0 = load(y, yAt);
    FloatVector t0 = load(y, yAt + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.broadcast(FLOATS, x[xAt + k]);
      s0 = x0.fma(load(panel, at + k * PANEL), s0);
      t0 = x0.fma(load(panel, at + k * PANEL + LANES), t0);
    }
    s0.intoArray(y, yAt);
    t0.intoArray(y, yAt + LANES);
  }

  private static void two(
      float[] x,
      int x0At,
      int xStride,
      float[] panel,
      int at,
      int depth,
      float[] y,
      int y0At,
      int yStride) {
    int x1At = x0At + xStride;
    int y1At = y0At + yStride;
    FloatVector s0 = load(y, y0At);
    FloatVector t0 = load(y, y0At + LANES);
    FloatVector s1 = load(y, y1At);
    FloatVector t1 = load(y, y1At + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector s = load(panel, at + k * PANEL);
      FloatVector t = load(panel, at + k * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, x[x0At + k]);
      s0 = x0.fma(s, s0);
      t0 = x0.fma(t, t0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, x[x1At + k]);
      s1 = x1.fma(s, s1);
      t1 = x1.fma(t, t1);
    }
    s0.intoArray(y, y0At);
    t0.intoArray(y, y0At + LANES);
    s1.intoArray(y, y1At);
    t1.intoArray(y, y1At + LANES);
  }

  private static void three(
      float[] x,
      int x0At,
      int xStride,
      float[] panel,
      int at,
      int depth,
      float[] y,
      int y0At,
      int yStride) {
    int x1At = x0At + xStride;
    int x2At = x1At + xStride;
    int y1At = y0At + yStride;
    int y2At = y1At + yStride;
    FloatVector s0 = load(y, y0At);
    FloatVector t0 = load(y, y0At + LANES);
    FloatVector s1 = load(y, y1At);
    FloatVector t1 = load(y, y1At + LANES);
    FloatVector s2 = load(y, y2At);
    FloatVector t2 = load(y, y2At + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector s = load(panel, at + k * PANEL);
      FloatVector t = load(panel, at + k * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, x[x0At + k]);
      s0 = x0.fma(s, s0);
      t0 = x0.fma(t, t0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, x[x1At + k]);
      s1 = x1.fma(s, s1);
      t1 = x1.fma(t, t1);
      FloatVector x2 = FloatVector.broadcast(FLOATS, x[x2At + k]);
      s2 = x2.fma(s, s2);
      t2 = x2.fma(t, t2);
    }
    s0.intoArray(y, y0At);
    t0.intoArray(y, y0At + LANES);
    s1.intoArray(y, y1At);
    t1.intoArray(y, y1At + LANES);
    s2.intoArray(y, y2At);
    t2.intoArray(y, y2At + LANES);
  }

  private static void four(
      float[] x,
      int x0At,
      int xStride,
      float[] panel,
      int at,
      int depth,
      float[] y,
      int y0At,
      int yStride) {
    int x1At = x0At + xStride;
    int x2At = x1At + xStride;
    int x3At = x2At + xStride;
    int y1At = y0At + yStride;
    int y2At = y1At + yStride;
    int y3At = y2At + yStride;
    FloatVector s0 = load(y, y0At);
    FloatVector t0 = load(y, y0At + LANES);
    FloatVector s1 = load(y, y1At);
    FloatVector t1 = load(y, y1At + LANES);
    FloatVector s2 = load(y, y2At);
    FloatVector t2 = load(y, y2At + LANES);
    FloatVector s3 = load(y, y3At);
    FloatVector t3 = load(y, y3At + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector s = load(panel, at + k * PANEL);
      FloatVector t = load(panel, at + k * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, x[x0At + k]);
      s0 = x0.fma(s, s0);
      t0 = x0.fma(t, t0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, x[x1At + k]);
      s1 = x1.fma(s, s1);
      t1 = x1.fma(t, t1);
      FloatVector x2 = FloatVector.broadcast(FLOATS, x[x2At + k]);
      s2 = x2.fma(s, s2);
      t2 = x2.fma(t, t2);
      FloatVector x3 = FloatVector.broadcast(FLOATS, x[x3At + k]);
      s3 = x3.fma(s, s3);
      t3 = x3.fma(t, t3);
    }
    s0.intoArray(y, y0At);
    t0.intoArray(y, y0At + LANES);
    s1.intoArray(y, y1At);
    t1.intoArray(y, y1At + LANES);
    s2.intoArray(y, y2At);
    t2.intoArray(y, y2At + LANES);
    s3.intoArray(y, y3At);
    t3.intoArray(y, y3At + LANES);
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }
}
