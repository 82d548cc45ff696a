package dev.arpg4j.cpu.kernel;

import dev.arpg4j.tensor.InvalidInputException;

/**
 * Activations cut into tiles of a few rows, and packed for the tiles: {@code [tile][K][height]}, so
 * that one index reaches all rows of a tile.
 *
 * <p>A tile is 1, 2, 4, 6 or 8 rows high (why, is told in {@code TileGenerator}); where the rows do
 * not divide so, a tile gets a row besides whose sums nobody reads.
 */
final class RowTiles {
  /** The tallest tile whose sums, broadcasts and weights fit the vector registers. */
  static final int MAX_HEIGHT = Lanes.registers() >= 32 ? 8 : 6;

  /** Sums that leave registers enough for the weights and broadcasts beside them. */
  private static final int MOST_SUMS = Lanes.registers() * 3 / 4;

  /** Panels side by side at most: more are no faster. */
  private static final int MOST_PANELS = 4;

  private static final int MOST_PACKED = Integer.MAX_VALUE - 8;

  private final int inputs;
  private final int rows;
  private final int count;
  private final float[] packed;
  private final int packedOffset;

  private RowTiles(int inputs, int rows, float[] packed, int packedOffset) {
    this.inputs = inputs;
    this.rows = rows;
    this.count = count(rows);
    this.packed = packed;
    this.packedOffset = packedOffset;
  }

  /**
   * Packs {@code rows} rows of K values, row {@code r} at {@code x[offset + r * stride ..]}.
   *
   * @throws InvalidInputException if no array is long enough for them
   */
  static RowTiles of(Workers workers, int inputs, float[] x, int offset, int stride, int rows) {
    if (rows == 1) { // already packed
      return new RowTiles(inputs, rows, x, offset);
    }
    long size = packedSize(inputs, rows);
    if (size > MOST_PACKED) {
      throw new InvalidInputException(
          "a product of %d rows of %d elements: arrays hold at most %d"
              .formatted(rows, inputs, MOST_PACKED));
    }
    RowTiles tiles = new RowTiles(inputs, rows, new float[(int) size], 0);
    Activations matrix = Activations.rows(inputs, x, offset, stride);
    if (tiles.count == 1) {
      tiles.pack(matrix, 0, 0);
    } else {
      workers.run(tiles.count, tile -> tiles.pack(matrix, 0, tile));
    }
    return tiles;
  }

  /**
   * Packs the rows {@code [from, from + rows)} of {@code activations} on the calling thread.
   *
   * @param scratch of {@link #packedSize}, in use as long as the tiles are
   */
  static RowTiles of(Activations activations, int inputs, int from, int rows, float[] scratch) {
    RowTiles tiles = new RowTiles(inputs, rows, scratch, 0);
    for (int tile = 0; tile < tiles.count; tile++) {
      tiles.pack(activations, from, tile);
    }
    return tiles;
  }

  /** How many tiles make up so many rows. */
  static int count(int rows) {
    return Math.ceilDiv(rows, MAX_HEIGHT);
  }

  /** How many floats the tiles of so many rows take at most. */
  static long packedSize(int inputs, int rows) {
    return rows == 1 ? inputs : 2L * Math.ceilDiv(rows, 2) * inputs;
  }

  private void pack(Activations activations, int from, int tile) {
    int first = start(tile);
    int filled = Math.min(height(tile), rows - first);
    activations.pack(from + first, filled, height(tile), packed, first * inputs);
  }

  /**
   * How many panels side by side a tile of so many rows goes through: 1, 2 or 4. Each is a run of
   * memory of its own, and the processor fetches several runs ahead faster than one.
   */
  static int panels(int height) {
    int fitting = Math.clamp(MOST_SUMS / (2 * height), 1, MOST_PANELS);
    return Integer.highestOneBit(fitting);
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

  /** How many of the rows are in the tiles {@code [from, to)}. */
  int rows(int from, int to) {
    return Math.min(start(to), rows) - start(from);
  }

  /** Continues the sums of {@code tile} over inputs, as {@link PackedMatrix#multiply}. */
  void multiply(
      int tile, PackedMatrix weights, int panel, int width, int k, int depth, float[] c, int cAt) {
    int height = height(tile);
    int xAt = packedOffset + start(tile) * inputs + k * height;
    weights.multiply(height, width, packed, xAt, panel, k, depth, c, cAt);
  }
}
