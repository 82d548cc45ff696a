package dev.arpg4j.cpu.kernel;

import dev.arpg4j.tensor.InvalidInputException;

/**
 * Activations cut into tiles of a few rows, and packed for the tiles: {@code [tile][K][height]}, so
 * that one index reaches all rows of a tile.
 *
 * <p>A tile is 1, 2, 4, 6 or 8 rows high (why, is told in {@code TileGenerator}); where the rows do
 * not divide so, a tile gets rows of zeros besides.
 */
final class RowTiles {
  /** The tallest tile whose sums, broadcasts and weights fit the vector registers. */
  static final int MAX_HEIGHT = Lanes.registers() >= 32 ? 8 : 6;

  private static final int MOST_PACKED = Integer.MAX_VALUE - 8;

  private final int inputs;
  private final int rows;
  private final int count;
  private final float[] packed;
  private final int packedOffset;

  /**
   * Packs {@code rows} rows of K values, row {@code r} at {@code x[offset + r * stride ..]}.
   *
   * @throws InvalidInputException if no array is long enough for them
   */
  RowTiles(Workers workers, int inputs, float[] x, int offset, int stride, int rows) {
    this.inputs = inputs;
    this.rows = rows;
    this.count = Math.ceilDiv(rows, MAX_HEIGHT);
    if (rows == 1) { // already packed
      packed = x;
      packedOffset = offset;
      return;
    }
    long size = (long) start(count) * inputs;
    if (size > MOST_PACKED) {
      throw new InvalidInputException(
          "a product of %d rows of %d elements: arrays hold at most %d; lower --batch"
              .formatted(rows, inputs, MOST_PACKED));
    }
    packed = new float[(int) size];
    packedOffset = 0;
    if (count == 1) {
      pack(x, offset, stride, 0);
    } else {
      workers.run(count, tile -> pack(x, offset, stride, tile));
    }
  }

  private void pack(float[] x, int offset, int stride, int tile) {
    int height = height(tile);
    int filled = Math.min(height, rows - start(tile));
    for (int i = 0; i < filled; i++) {
      int from = offset + (start(tile) + i) * stride;
      int to = start(tile) * inputs + i;
      for (int k = 0; k < inputs; k++) {
        packed[to + k * height] = x[from + k];
      }
    }
  }

  /** How many tiles there are. */
  int count() {
    return count;
  }

  /**
   * The first row of {@code tile}. For {@link #count} it is the end, which may lie one beyond the
   * rows: pairs of rows are shared out evenly, and the last pair may be half empty.
   */
  int start(int tile) {
    return rows == 1 ? tile : (int) (2 * ((long) tile * Math.ceilDiv(rows, 2) / count));
  }

  private int height(int tile) {
    return start(tile + 1) - start(tile);
  }

  /** Continues the sums of {@code tile} over inputs, as {@link PackedMatrix#multiply}. */
  void multiply(
      int tile, PackedMatrix weights, int panel, int width, int k, int depth, float[] c, int cAt) {
    int height = height(tile);
    int xAt = packedOffset + start(tile) * inputs + k * height;
    weights.multiply(height, width, packed, xAt, panel, k, depth, c, cAt);
  }
}
