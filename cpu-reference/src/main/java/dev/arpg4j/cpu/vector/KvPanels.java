package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.PanelTiles;

/**
 * Keys and values of one attention layer as the matrix kernel wants them, every head its own pair
 * of matrices:
 *
 * <ul>
 *   <li>keys {@code [B][H][capacity / P][d][P]}: P keys side by side, so that one broadcast entry
 *       of a query meets P keys at once and a score is one chain over d;
 *   <li>values {@code [B][H][d / P][capacity][P]}: P entries of the value side by side, so that an
 *       output entry is one chain over the keys.
 * </ul>
 *
 * P is the panel width of the kernel; counts are rounded up, and what pads them is never read into
 * a result.
 */
record KvPanels(float[] keys, float[] values, int batch, int capacity, int heads, int headDim) {
  /** P. */
  private static final int PANEL = PanelTiles.PANEL;

  static long keysSize(int batch, int capacity, int heads, int headDim) {
    return (long) batch * heads * roundUp(capacity) * headDim;
  }

  static long valuesSize(int batch, int capacity, int heads, int headDim) {
    return (long) batch * heads * roundUp(headDim) * capacity;
  }

  /** The next multiple of P. */
  static int roundUp(int count) {
    return Math.ceilDiv(count, PANEL) * PANEL;
  }

  /** Where the key panels of head {@code h} of batch row {@code b} start; each takes d·P. */
  int keysAt(int b, int h) {
    return (b * heads + h) * roundUp(capacity) * headDim;
  }

  /** Where the value panels start; each takes capacity·P. */
  int valuesAt(int b, int h) {
    return (b * heads + h) * roundUp(headDim) * capacity;
  }

  private int keyAt(int b, int h, int row) {
    return keysAt(b, h) + row / PANEL * headDim * PANEL + row % PANEL;
  }

  /**
   * Writes rows {@code from ..} from k, v [B, n, H·d].
   *
   * @param kAt where k starts in its array
   */
  void write(int from, float[] k, int kAt, float[] v, int vAt, int n, Split split) {
    int width = heads * headDim;
    int blocks = Math.ceilDiv(n, PANEL);
    // A row with all its heads at a time: as it lies in memory.
    split.over(
        batch * blocks,
        2L * batch * n * width,
        (first, end) -> {
          for (int item = first; item < end; item++) {
            int b = item / blocks;
            int row = item % blocks * PANEL;
            for (int i = row; i < Math.min(row + PANEL, n); i++) {
              int at = (b * n + i) * width;
              for (int h = 0; h < heads; h++) {
                writeKey(b, h, from + i, k, kAt + at + h * headDim);
                writeValue(b, h, from + i, v, vAt + at + h * headDim);
              }
            }
          }
        });
  }

  private void writeKey(int b, int h, int row, float[] k, int at) {
    int to = keyAt(b, h, row);
    for (int c = 0; c < headDim; c++) {
      keys[to + c * PANEL] = k[at + c];
    }
  }

  private void writeValue(int b, int h, int row, float[] v, int at) {
    int to = valuesAt(b, h) + row * PANEL;
    for (int c = 0; c < headDim; c += PANEL) {
      System.arraycopy(v, at + c, values, to + c * capacity, Math.min(PANEL, headDim - c));
    }
  }

  /** Reads rows {@code 0 .. length-1} back as [B, length, H·d]. */
  void readKeys(int length, float[] k) {
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < length; i++) {
        for (int h = 0; h < heads; h++) {
          int at = ((b * length + i) * heads + h) * headDim;
          int from = keyAt(b, h, i);
          for (int c = 0; c < headDim; c++) {
            k[at + c] = keys[from + c * PANEL];
          }
        }
      }
    }
  }

  /** Reads rows {@code 0 .. length-1} back as [B, length, H·d]. */
  void readValues(int length, float[] v) {
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < length; i++) {
        for (int h = 0; h < heads; h++) {
          int at = ((b * length + i) * heads + h) * headDim;
          int from = valuesAt(b, h) + i * PANEL;
          for (int c = 0; c < headDim; c += PANEL) {
            System.arraycopy(values, from + c * capacity, v, at + c, Math.min(PANEL, headDim - c));
          }
        }
      }
    }
  }
}
