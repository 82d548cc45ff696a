package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.PanelTiles;
import java.util.Arrays;

/**
 * c[b] = op(a[b]) · op(b[b]): the right-hand side is packed into panels and the left-hand side laid
 * out in rows, then every entry of c is one chain over the inner extent.
 *
 * @param a [B, p, q], or [B, q, p] if transposed
 * @param b [B, q, r], or [B, r, q] if transposed
 * @param c [B, p, r]
 */
record BatchedProduct(
    VectorTensor a, boolean transposeA, VectorTensor b, boolean transposeB, VectorTensor c) {
  private static final int GROUP = PanelTiles.ROWS;

  private static final int PANEL = PanelTiles.PANEL;

  private int rows() {
    return c.shape().dim(1);
  }

  private int inner() {
    return a.shape().dim(transposeA ? 1 : 2);
  }

  private int columns() {
    return c.shape().dim(2);
  }

  /** Computes all of c. */
  void run(Split split, BufferPool pool) {
    int batch = c.shape().dim(0);
    int panels = Math.ceilDiv(columns(), PANEL);
    long cost = (long) batch * rows() * inner() * columns() / 8 + b.size() + a.size();
    float[] left = transposeA ? pool.floats(a.size()) : a.floats();
    int leftAt = transposeA ? 0 : a.offset();
    if (transposeA) {
      split.over(batch, a.size(), (from, to) -> layRows(left, from, to));
    }
    split.over(
        batch * panels,
        cost,
        (from, to) -> {
          float[] panel = pool.floats((long) inner() * PANEL);
          float[] tile = pool.floats((long) GROUP * PANEL);
          for (int item = from; item < to; item++) {
            int entry = item / panels;
            int column = item % panels * PANEL;
            pack(entry, column, panel);
            column(left, leftAt, entry, column, panel, tile);
          }
          pool.release(panel);
          pool.release(tile);
        });
    if (transposeA) {
      pool.release(left);
    }
  }

  private void layRows(float[] left, int from, int to) {
    float[] in = a.floats();
    int p = rows();
    int q = inner();
    for (int entry = from; entry < to; entry++) {
      int base = entry * p * q;
      for (int k = 0; k < q; k++) {
        for (int i = 0; i < p; i++) {
          left[base + i * q + k] = in[a.offset() + base + k * p + i];
        }
      }
    }
  }

  /** Columns {@code column ..} of b[entry] as {@code panel[q][P]}, zero beyond the last. */
  private void pack(int entry, int column, float[] panel) {
    float[] in = b.floats();
    int q = inner();
    int r = columns();
    int base = b.offset() + entry * q * r;
    int count = Math.min(PANEL, r - column);
    if (count < PANEL) {
      Arrays.fill(panel, 0, q * PANEL, 0);
    }
    if (transposeB) {
      for (int j = 0; j < count; j++) {
        for (int k = 0; k < q; k++) {
          panel[k * PANEL + j] = in[base + (column + j) * q + k];
        }
      }
    } else {
      for (int k = 0; k < q; k++) {
        System.arraycopy(in, base + k * r + column, panel, k * PANEL, count);
      }
    }
  }

  /** All rows of c[entry] at one panel's columns. */
  private void column(
      float[] left, int leftAt, int entry, int column, float[] panel, float[] tile) {
    float[] out = c.floats();
    int q = inner();
    int count = Math.min(PANEL, columns() - column);
    for (int row = 0; row < rows(); row += GROUP) {
      int group = Math.min(GROUP, rows() - row);
      Arrays.fill(tile, 0, group * PANEL, 0);
      int at = leftAt + (entry * rows() + row) * q;
      PanelTiles.multiply(group, left, at, q, panel, 0, PANEL, q, tile, 0, PANEL);
      for (int i = 0; i < group; i++) {
        int to = (entry * rows() + row + i) * columns() + column;
        System.arraycopy(tile, i * PANEL, out, to, count);
      }
    }
  }
}
