package dev.arpg4j.cpu.kernel;

/**
 * Activations cut into tiles of a few rows, and packed for the tiles: a tile's rows lie
 * interleaved, so that one index reaches them all.
 */
final class RowTiles {
  /** The tallest tile whose accumulators, broadcasts and weights fit the registers. */
  private static final int MAX_ROWS = Lanes.registers() >= 32 ? 8 : 6;

  private final int inputs;
  private final int[] first;
  private final int[] packedAt;
  private final int[] groupRows;
  private final float[] packed;

  /** Packs {@code rows} rows of K values, row {@code r} at {@code x[offset + r * stride ..]}. */
  RowTiles(Workers workers, PackedMatrix weights, float[] x, int offset, int stride, int rows) {
    inputs = weights.inputs();
    int count = Math.ceilDiv(rows, MAX_ROWS);
    first = new int[count + 1];
    packedAt = new int[count + 1];
    groupRows = new int[count];
    for (int t = 0; t < count; t++) {
      first[t + 1] = (int) ((t + 1L) * rows / count);
      groupRows[t] = weights.groupRows(height(t));
      int groups = Math.ceilDiv(height(t), groupRows[t]);
      packedAt[t + 1] = Math.addExact(packedAt[t], groups * groupRows[t] * inputs);
    }
    if (rows == 1) { // already as a tile of one row wants it
      packedAt[0] = offset;
      packed = x;
      return;
    }
    packed = new float[packedAt[count]];
    if (count == 1) {
      pack(x, offset, stride, 0);
    } else {
      workers.run(count, tile -> pack(x, offset, stride, tile));
    }
  }

  private void pack(float[] x, int offset, int stride, int tile) {
    int group = groupRows[tile];
    for (int i = 0; i < height(tile); i++) {
      int from = offset + (first[tile] + i) * stride;
      int to = packedAt[tile] + i / group * group * inputs + i % group;
      for (int k = 0; k < inputs; k++) {
        packed[to + k * group] = x[from + k];
      }
    }
  }

  /** How many tiles there are. */
  int count() {
    return first.length - 1;
  }

  /** The first row of {@code tile}; for {@link #count}, the number of rows. */
  int firstRow(int tile) {
    return first[tile];
  }

  /** The rows of {@code tile}. */
  int height(int tile) {
    return first[tile + 1] - first[tile];
  }

  /**
   * Continues the sums of {@code tile} over inputs {@code [k, k + depth)}, as {@link
   * PackedMatrix#tile}.
   */
  void multiply(
      int tile, PackedMatrix weights, int panel, int width, int k, int depth, float[] c, int cAt) {
    int group = groupRows[tile];
    int xAt = packedAt[tile] + k * group;
    weights.tile(height(tile), width, packed, xAt, group * inputs, panel, k, depth, c, cAt);
  }
}
