package dev.arpg4j.cpu.vector;

import java.util.Arrays;

/**
 * Sums over rows. Blocks of {@link #BLOCK} rows are summed in order, each by one thread, and then
 * the blocks in order; so a sum's bits depend on the rows and their order alone.
 */
record ColumnSums(Split split, BufferPool pool) {
  /** Rows that are summed by themselves. */
  private static final int BLOCK = 64;

  /** Something that is added up over rows. */
  @FunctionalInterface
  interface Terms {
    /** Adds those of row {@code row} to the sums from {@code sums[at]} on. */
    void add(int row, float[] sums, int at);
  }

  /**
   * Sums all rows.
   *
   * @param cost of all rows together
   * @param y takes {@code width} sums, from its start
   */
  void of(int rows, int width, long cost, Terms terms, float[] y) {
    int blocks = Math.ceilDiv(rows, BLOCK);
    float[] partial = pool.floats((long) blocks * width);
    split.over(
        blocks,
        cost,
        (from, to) -> {
          Arrays.fill(partial, from * width, to * width, 0);
          for (int row = from * BLOCK; row < Math.min(to * BLOCK, rows); row++) {
            terms.add(row, partial, row / BLOCK * width);
          }
        });
    Arrays.fill(y, 0, width, 0);
    for (int block = 0; block < blocks; block++) {
      Elementwise.add(y, 0, partial, block * width, y, 0, width);
    }
    pool.release(partial);
  }
}
