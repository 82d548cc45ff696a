package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.PackedMatrix.PANEL;

import java.util.Arrays;
import java.util.List;

/**
 * The matrix product of the vector backend, {@code y[r][o] = sum_k x[r][k] * w[o][k]}.
 *
 * <p>Each output is one chain of float32 fused multiply-adds from zero in ascending k, the scalar
 * loop {@code sum = Math.fma(x[k], w[k], sum)} bit for bit. Rows, tiles, blocks of k, vector width
 * and threads decide only where and when its steps run; a chain cut by a block waits in memory as a
 * float, which it already was in its register.
 */
public final class Linear {
  /** Inputs of one block when several tiles use a panel: 1024 * 16 floats stay in the L2 cache. */
  private static final int BLOCK_INPUTS = 1024;

  /** Tiles that go through the panels together: their activations stay in the L2 cache. */
  private static final int BLOCK_TILES = 16;

  /** Parts per thread, so that a thread which lost its core holds up the others only briefly. */
  private static final int PARTS_PER_THREAD = 8;

  /** Multiply-adds that are worth being handed to another thread: some ten microseconds. */
  private static final long MIN_WORK = 1 << 18;

  private Linear() {}

  /**
   * Multiplies {@code rows} rows of activations by the transposed weights.
   *
   * @param workers who computes, splitting the outputs and never a sum
   * @param weights {@code [N, K]}
   * @param x row {@code r} is at {@code x[xOffset + r * xStride ..]}, K values
   * @param rows at least 0
   * @param y row {@code r} is written at {@code y[yOffset + r * yStride ..]}, N values; what was
   *     there does not matter, and the array must not be {@code x} unless the ranges are disjoint
   * @throws IndexOutOfBoundsException if a row is not inside its array
   */
  public static void multiply(
      Workers workers,
      PackedMatrix weights,
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float[] y,
      int yOffset,
      int yStride) {
    Product product = new Product(weights, y, yOffset, yStride);
    multiply(workers, List.of(product), x, xOffset, xStride, rows);
  }

  /**
   * What rows are multiplied by, and where the result goes.
   *
   * @param weights {@code [N, K]}
   * @param y row {@code r} is written at {@code y[yOffset + r * yStride ..]}, N values
   */
  public record Product(PackedMatrix weights, float[] y, int yOffset, int yStride)
      implements Output {
    @Override
    public void put(int row, int column, int columns, float[] sums, int at) {
      System.arraycopy(sums, at, y, yOffset + row * yStride + column, columns);
    }
  }

  /**
   * Multiplies the same rows by several matrices: they are packed once, and the workers called
   * once. The parameters are those of the product of one.
   *
   * @param products one or more, of matrices of one size
   * @throws IndexOutOfBoundsException if a row is not inside its array
   */
  public static void multiply(
      Workers workers, List<Product> products, float[] x, int xOffset, int xStride, int rows) {
    PackedMatrix first = products.getFirst().weights;
    checkRows("x", x, xOffset, xStride, rows, first.inputs());
    for (Product product : products) {
      checkSize(first, product.weights);
      checkRows("y", product.y, product.yOffset, product.yStride, rows, first.outputs());
    }
    if (rows == 0) {
      return;
    }
    if (RowProduct.isWorthwhile(first, rows)) {
      for (Product product : products) {
        RowProduct.multiply(
            workers,
            product.weights,
            new RowProduct.Rows(x, xOffset, xStride),
            rows,
            first.inputs(),
            new RowProduct.Rows(product.y, product.yOffset, product.yStride),
            first.outputs());
      }
      return;
    }
    RowTiles tiles = RowTiles.of(workers, first.inputs(), x, xOffset, xStride, rows);
    int tileBlocks = Math.ceilDiv(tiles.count(), BLOCK_TILES);
    int panelBlocks = panelBlocks(workers, first, rows, tileBlocks);
    int parts = tileBlocks * panelBlocks;
    workers.run(
        products.size() * parts,
        part -> {
          Product product = products.get(part / parts);
          // Panels vary slowest, so that threads stay near each other and share what they read.
          int panelBlock = part % parts / tileBlocks;
          int tileBlock = part % tileBlocks;
          block(
              product.weights,
              tiles,
              split(tiles.count(), tileBlocks, tileBlock),
              split(tiles.count(), tileBlocks, tileBlock + 1),
              split(first.panels(), panelBlocks, panelBlock),
              split(first.panels(), panelBlocks, panelBlock + 1),
              product);
        });
  }

  private static void checkSize(PackedMatrix first, PackedMatrix other) {
    if (other.outputs() != first.outputs() || other.inputs() != first.inputs()) {
      throw new IllegalArgumentException(
          "a matrix [%d, %d] beside one [%d, %d]"
              .formatted(other.outputs(), other.inputs(), first.outputs(), first.inputs()));
    }
  }

  private static int panelBlocks(Workers workers, PackedMatrix weights, int rows, int tileBlocks) {
    if (workers.threads() == 1) {
      return 1;
    }
    long work = (long) rows * weights.inputs() * weights.panels() * PANEL;
    long parts = Math.min(PARTS_PER_THREAD * (long) workers.threads(), work / MIN_WORK);
    return Math.clamp(Math.ceilDiv(parts, tileBlocks), 1, weights.panels());
  }

  /** The begin of piece {@code index} of {@code count} things cut into {@code pieces}. */
  static int split(int count, int pieces, int index) {
    return (int) ((long) count * index / pieces);
  }

  /** Where finished sums go. */
  @FunctionalInterface
  interface Output {
    /** Takes {@code columns} sums from {@code sums[at]} on, of one row of the tiles. */
    void put(int row, int column, int columns, float[] sums, int at);
  }

  /** Computes the outputs of the tiles {@code [fromTile, toTile)} and of some panels. */
  static void block(
      PackedMatrix weights,
      RowTiles tiles,
      int fromTile,
      int toTile,
      int fromPanel,
      int toPanel,
      Output output) {
    int fromRow = tiles.start(fromTile);
    int sumRows = tiles.start(toTile) - fromRow;
    int rows = tiles.rows(fromTile, toTile);
    int maxWidth = RowTiles.panels(sumRows);
    int inputs = weights.inputs();
    int blockInputs = toTile - fromTile == 1 ? inputs : BLOCK_INPUTS;
    float[] sums = new float[sumRows * maxWidth * PANEL];
    for (int panel = fromPanel; panel < toPanel; ) {
      int width =
          Integer.highestOneBit(weights.together(panel, Math.min(maxWidth, toPanel - panel)));
      Arrays.fill(sums, 0f);
      for (int k = 0; k < inputs; k += blockInputs) {
        int depth = Math.min(blockInputs, inputs - k);
        for (int tile = fromTile; tile < toTile; tile++) {
          int at = (tiles.start(tile) - fromRow) * width * PANEL;
          tiles.multiply(tile, weights, panel, width, k, depth, sums, at);
        }
      }
      int column = panel * PANEL;
      int columns = Math.min(width * PANEL, weights.outputs() - column);
      for (int r = 0; r < rows; r++) {
        output.put(fromRow + r, column, columns, sums, r * width * PANEL);
      }
      panel += width;
    }
  }

  private static void checkRows(
      String name, float[] array, int offset, int stride, int rows, int length) {
    long end = offset + (rows - 1L) * stride + length;
    if (rows < 0 || offset < 0 || stride < 0 || rows > 0 && end > array.length) {
      throw new IndexOutOfBoundsException(
          String.format(
              "%s: %d rows of %d values from %d, %d apart, in an array of %d",
              name, rows, length, offset, stride, array.length));
    }
  }
}
