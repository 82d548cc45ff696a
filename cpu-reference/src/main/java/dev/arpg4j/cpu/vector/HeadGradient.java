package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.PanelTiles.PANEL;

import dev.arpg4j.cpu.kernel.PanelTiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of attention by one head's q, k and v. A strip of rows at a time computes its
 * weights anew, {@code p = softmax(factor · q kᵀ)}, and {@code s = p ⊙ (dy vᵀ − rowsum(p ⊙ dy
 * vᵀ))}; then {@code dq = factor · s k}, and {@code dv += pᵀ dy}, {@code dk += sᵀ (factor · q)}.
 *
 * <p>Every score and every entry of a gradient is one chain over d, the keys or the rows in order.
 * What a row does not see has weight 0 in the chains of rows beside it, so it adds nothing, as long
 * as q, k, v and dy are finite.
 */
final class HeadGradient implements AutoCloseable {
  /** Rows of a tile. */
  private static final int GROUP = PanelTiles.ROWS;

  /** Rows of a strip: what dk and dv are loaded and stored for. */
  private static final int STRIP = 48 / GROUP * GROUP;

  private final AttentionGradient said;
  private final VectorTensor dq;
  private final VectorTensor dk;
  private final VectorTensor dv;
  private final BufferPool pool;
  private final List<float[]> borrowed = new ArrayList<>();

  private final int n;
  private final int m;
  private final int d;

  /** d, in whole panels. */
  private final int wide;

  /** m, in whole panels. */
  private final int stride;

  /** Keys and values side by side, [m / P][d][P]. */
  private final float[] keyPanels;

  private final float[] valuePanels;

  /** Rows of this head alone, [n or m][wide]: k, factor · q, dy. */
  private final float[] k;

  private final float[] q;
  private final float[] dy;

  /** Sums, [m][wide] and [GROUP][wide]. */
  private final float[] keySums;

  private final float[] valueSums;
  private final float[] querySums;

  /** p and s of a strip, [STRIP][stride]. */
  private final float[] p;

  private final float[] s;

  HeadGradient(
      AttentionGradient said, VectorTensor dq, VectorTensor dk, VectorTensor dv, BufferPool pool) {
    this.said = said;
    this.dq = dq;
    this.dk = dk;
    this.dv = dv;
    this.pool = pool;
    n = said.rows();
    m = said.keys();
    d = said.headDim();
    wide = KvPanels.roundUp(d);
    stride = KvPanels.roundUp(m);
    keyPanels = borrow(stride, d);
    valuePanels = borrow(stride, d);
    k = borrow(m, wide);
    q = borrow(n, wide);
    dy = borrow(n, wide);
    keySums = borrow(m, wide);
    valueSums = borrow(m, wide);
    querySums = borrow(GROUP, wide);
    p = borrow(STRIP, stride);
    s = borrow(STRIP, stride);
  }

  private float[] borrow(int rows, int columns) {
    float[] array = pool.floats((long) rows * columns);
    borrowed.add(array);
    return array;
  }

  @Override
  public void close() {
    borrowed.forEach(pool::release);
  }

  /** Computes head h of batch row b. */
  void compute(int b, int h) {
    int column = h * d;
    lay(said.k(), b * m, m, column, k);
    lay(said.q(), b * n, n, column, q);
    lay(said.dy(), b * n, n, column, dy);
    Elementwise.scale(q, 0, said.factor(), q, 0, n * wide);
    panels(said.k(), b * m, column, keyPanels);
    panels(said.v(), b * m, column, valuePanels);
    Arrays.fill(keySums, 0, m * wide, 0);
    Arrays.fill(valueSums, 0, m * wide, 0);
    for (int row = 0; row < n; row += STRIP) {
      strip(b, row, Math.min(STRIP, n - row), column);
    }
    unlay(keySums, m, 1, dk, b * m, column);
    unlay(valueSums, m, 1, dv, b * m, column);
  }

  /** Copies one head's rows {@code from ..} together. */
  private void lay(VectorTensor x, int from, int rows, int column, float[] to) {
    int width = said.width();
    int at = x.offset() + from * width + column;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x.floats(), at + i * width, to, i * wide, d);
    }
  }

  /** Copies rows back among the other heads', times a factor. */
  private void unlay(float[] rows, int count, float factor, VectorTensor to, int row, int column) {
    int width = said.width();
    for (int i = 0; i < count; i++) {
      Elementwise.scale(rows, i * wide, factor, to.floats(), (row + i) * width + column, d);
    }
  }

  /** Turns one head's rows on their side, PANEL rows together; the last panel is filled with 0. */
  private void panels(VectorTensor x, int from, int column, float[] to) {
    float[] in = x.floats();
    Arrays.fill(to, (stride - PANEL) * d, stride * d, 0);
    for (int j = 0; j < m; j++) {
      int at = x.offset() + (from + j) * said.width() + column;
      int panel = j / PANEL * d * PANEL + j % PANEL;
      for (int c = 0; c < d; c++) {
        to[panel + c * PANEL] = in[at + c];
      }
    }
  }

  private void strip(int b, int first, int rows, int column) {
    int most = 0;
    for (int r = 0; r < rows; r++) {
      most = Math.max(most, said.visibleEnd().at(b, first + r));
    }
    for (int row = 0; row < rows; row += GROUP) {
      group(b, first + row, Math.min(GROUP, rows - row), row * stride, most, column);
    }
    for (int c = 0; c < wide; c += PANEL) {
      int at = first * wide + c;
      PanelTiles.multiplyColumns(most, p, 0, stride, dy, at, wide, rows, valueSums, c, wide);
      PanelTiles.multiplyColumns(most, s, 0, stride, q, at, wide, rows, keySums, c, wide);
    }
  }

  /**
   * Computes p, s and dq of some rows.
   *
   * @param at where their p and s stand
   * @param zeros how many entries of each are to be written
   */
  private void group(int b, int first, int rows, int at, int zeros, int column) {
    int most = 0;
    for (int r = 0; r < rows; r++) {
      most = Math.max(most, said.visibleEnd().at(b, first + r));
    }
    Arrays.fill(p, at, at + rows * stride, 0);
    Arrays.fill(s, at, at + rows * stride, 0);
    for (int j = 0; j < most; j += PANEL) {
      int from = first * wide;
      PanelTiles.multiply(rows, q, from, wide, keyPanels, j * d, PANEL, d, p, at + j, stride);
      PanelTiles.multiply(rows, dy, from, wide, valuePanels, j * d, PANEL, d, s, at + j, stride);
    }
    for (int r = 0; r < rows; r++) {
      row(at + r * stride, said.visibleEnd().at(b, first + r), zeros);
    }
    Arrays.fill(querySums, 0, rows * wide, 0);
    for (int c = 0; c < wide; c += PANEL) {
      PanelTiles.multiply(rows, s, at, stride, k, c, wide, most, querySums, c, wide);
    }
    unlay(querySums, rows, said.factor(), dq, b * n + first, column);
  }

  /** Turns scores into p, and dy vᵀ into s; both are 0 from the row's end on. */
  private void row(int at, int end, int zeros) {
    Elementwise.exp(p, at, RowSums.max(p, at, end), p, at, KvPanels.roundUp(end));
    double total = RowSums.sum(p, at, end);
    double mean = RowSums.dot(p, at, s, at, end) / total;
    RowSlopes.weigh(p, at, (float) (1 / total), s, at, (float) mean, end);
    Arrays.fill(p, at + end, at + Math.max(end, zeros), 0);
    Arrays.fill(s, at + end, at + Math.max(end, zeros), 0);
  }
}
