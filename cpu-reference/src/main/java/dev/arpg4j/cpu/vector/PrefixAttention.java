package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.PanelTiles;
import java.util.Arrays;

/**
 * Attention of some rows over the first keys of a cache. Every score is one chain over d, every
 * output entry one chain over the keys in order, and the softmax's sum is the fixed tree of {@link
 * RowSums}; so a row's bits depend on its query and the keys it sees, and on nothing else: not on
 * the other rows of the call (DESIGN, P2), nor on how many keys stand behind its end.
 *
 * @param q [B, n, H·d] from {@code qAt} on
 * @param y [B, n, H·d] from its start
 */
record PrefixAttention(
    float[] q, int qAt, RowIndex visibleEnd, KvPanels memory, float factor, float[] y) {
  private static final int GROUP = PanelTiles.ROWS;

  /** Computes all rows. */
  void run(Split split, BufferPool pool) {
    int n = visibleEnd.n();
    int groups = Math.ceilDiv(n, GROUP);
    int items = memory.batch() * memory.heads() * groups;
    int keys = largestEnd();
    long cost = (long) memory.batch() * memory.heads() * n * keys * (memory.headDim() + 8L) / 4;
    split.over(
        items,
        cost,
        (first, end) -> {
          float[] scratch = pool.floats(scratchSize(keys));
          for (int item = first; item < end; item++) {
            int head = item / groups;
            int row = item % groups * GROUP;
            group(
                head / memory.heads(),
                head % memory.heads(),
                row,
                Math.min(GROUP, n - row),
                scratch);
          }
          pool.release(scratch);
        });
  }

  private int largestEnd() {
    int largest = 0;
    for (int b = 0; b < visibleEnd.images(); b++) {
      for (int i = 0; i < visibleEnd.n(); i++) {
        largest = Math.max(largest, visibleEnd.at(b, i));
      }
    }
    return largest;
  }

  private long scratchSize(int keys) {
    return GROUP * ((long) KvPanels.roundUp(keys) + KvPanels.roundUp(memory.headDim()) + 1);
  }

  /** Rows {@code row .. row + rows - 1} of head h of batch row b. */
  private void group(int b, int h, int row, int rows, float[] scratch) {
    int most = 0;
    int least = Integer.MAX_VALUE;
    for (int r = 0; r < rows; r++) {
      most = Math.max(most, visibleEnd.at(b, row + r));
      least = Math.min(least, visibleEnd.at(b, row + r));
    }
    int width = memory.heads() * memory.headDim();
    int at = (b * visibleEnd.n() + row) * width + h * memory.headDim();
    int stride = KvPanels.roundUp(most);
    score(b, h, at, rows, scratch, stride);
    int sums = rows * stride;
    int sumsStride = KvPanels.roundUp(memory.headDim());
    Arrays.fill(scratch, sums, sums + rows * sumsStride, 0);
    int totals = sums + rows * sumsStride;
    for (int r = 0; r < rows; r++) {
      scratch[totals + r] = weigh(scratch, r * stride, visibleEnd.at(b, row + r));
    }
    for (int c = 0; c < memory.headDim(); c += PanelTiles.PANEL) {
      int panel = memory.valuesAt(b, h) + c * memory.capacity();
      PanelTiles.multiply(
          rows,
          scratch,
          0,
          stride,
          memory.values(),
          panel,
          PanelTiles.PANEL,
          least,
          scratch,
          sums + c,
          sumsStride);
      for (int r = 0; r < rows; r++) {
        int rest = visibleEnd.at(b, row + r) - least;
        if (rest > 0) {
          PanelTiles.multiply(
              1,
              scratch,
              r * stride + least,
              stride,
              memory.values(),
              panel + least * PanelTiles.PANEL,
              PanelTiles.PANEL,
              rest,
              scratch,
              sums + r * sumsStride + c,
              sumsStride);
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      int from = sums + r * sumsStride;
      // Normalised last: one division an entry of y instead of one a key.
      Elementwise.divide(scratch, from, scratch[totals + r], memory.headDim());
      System.arraycopy(scratch, from, y, at + r * width, memory.headDim());
    }
  }

  /** scores[r, j] = q[r]·k[j], for whole panels of keys. */
  private void score(int b, int h, int at, int rows, float[] scores, int stride) {
    Arrays.fill(scores, 0, rows * stride, 0);
    int width = memory.heads() * memory.headDim();
    for (int j = 0; j < stride; j += PanelTiles.PANEL) {
      PanelTiles.multiply(
          rows,
          q,
          qAt + at,
          width,
          memory.keys(),
          memory.keysAt(b, h) + j * memory.headDim(),
          PanelTiles.PANEL,
          memory.headDim(),
          scores,
          j,
          stride);
    }
  }

  /** Turns a row's scores into e^(factor · score − max), and gives their sum. */
  private float weigh(float[] scores, int at, int end) {
    // Whole panels: what stands behind the end is scratch, and a tail costs more than a vector.
    int whole = KvPanels.roundUp(end);
    Elementwise.exp(scores, at, factor, largest(scores, at, end), scores, at, whole);
    return RowSums.sum(scores, at, end);
  }

  /** The largest of factor · score: rounding keeps order, so it is that of the largest score. */
  private float largest(float[] scores, int at, int end) {
    if (factor >= 0) {
      return factor * RowSums.max(scores, at, end);
    }
    Elementwise.scale(scores, at, -1, scores, at, end);
    float least = -RowSums.max(scores, at, end);
    Elementwise.scale(scores, at, -1, scores, at, end);
    return factor * least;
  }
}
