package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import java.util.Objects;

/**
 * A weight matrix {@code [N, K]} (outputs, inputs) laid out for {@link Linear}.
 *
 * <p>Outputs are taken in panels of two vectors. A panel holds its outputs' weights side by side
 * for each input, {@code [ceil(N / panel)][K][panel]}, so that a product reads memory once and in
 * order; the last panel is filled up with zeros. Panels are spread over several arrays where one
 * would be too long.
 *
 * <p>A new matrix is zero. Weights are put in by blocks of rows or columns, so a file can be packed
 * piece by piece and never lies in memory twice, and they can be put again at any time, as an
 * optimizer does. Putting and reading must not overlap; disjoint blocks of whole panels may be put
 * by several threads.
 */
public abstract sealed class PackedMatrix permits PackedF32, PackedBf16 {
  /** Outputs of one panel. */
  static final int PANEL = 2 * LANES;

  /** Elements of the longest array, unless a single panel needs more. */
  static final int SEGMENT_ELEMENTS = 1 << 28;

  private final int outputs;
  private final int inputs;
  private final int panels;
  private final int panelsPerSegment;

  PackedMatrix(int outputs, int inputs, int panelElements, int segmentElements) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.panels = Math.ceilDiv(outputs, PANEL);
    this.panelsPerSegment = Math.clamp(segmentElements / panelElements, 1, Math.max(1, panels));
  }

  /**
   * A zero matrix of float32 weights.
   *
   * @param outputs N, at least 1
   * @param inputs K, at least 1
   */
  public static PackedMatrix f32(int outputs, int inputs) {
    return new PackedF32(outputs, inputs, SEGMENT_ELEMENTS);
  }

  /**
   * A zero matrix of bfloat16 weights, to which what is put in is rounded (to nearest, ties to
   * even).
   *
   * @param outputs N, at least 1
   * @param inputs K, at least 1
   */
  public static PackedMatrix bf16(int outputs, int inputs) {
    return new PackedBf16(outputs, inputs, SEGMENT_ELEMENTS);
  }

  /** The array elements of a panel, checked. */
  static int panelElements(int outputs, int inputs, int perInput) {
    if (outputs < 1 || inputs < 1 || inputs > (Integer.MAX_VALUE - 8) / PANEL) {
      throw new IllegalArgumentException(
          "a matrix [" + outputs + ", " + inputs + "] cannot be packed");
    }
    return inputs * perInput;
  }

  /** N, the rows of the matrix. */
  public final int outputs() {
    return outputs;
  }

  /** K, the columns of the matrix. */
  public final int inputs() {
    return inputs;
  }

  /** The memory that the weights take, in bytes. */
  public abstract long bytes();

  /**
   * Puts the rows {@code [row, row + rows)}, each whole.
   *
   * @param values row {@code row + i} is at {@code values[offset + i * stride ..]}, K values
   * @throws IndexOutOfBoundsException if the rows are not in the matrix or the values not in the
   *     array
   */
  public final void putRows(
      Workers workers, int row, int rows, float[] values, int offset, int stride) {
    Objects.checkFromIndexSize(row, rows, outputs);
    if (rows > 0) {
      checkBlock(values, offset, rows, stride, inputs);
      put(workers, row, rows, 0, inputs, values, offset, stride, 1);
    }
  }

  /**
   * Puts the columns {@code [column, column + columns)}, each whole: the transposed {@link
   * #putRows}, for {@code x * W} from a matrix stored by rows.
   *
   * @param values column {@code column + i} is at {@code values[offset + i * stride ..]}, N values
   * @throws IndexOutOfBoundsException if the columns are not in the matrix or the values not in the
   *     array
   */
  public final void putColumns(
      Workers workers, int column, int columns, float[] values, int offset, int stride) {
    Objects.checkFromIndexSize(column, columns, inputs);
    if (columns > 0) {
      checkBlock(values, offset, columns, stride, outputs);
      put(workers, 0, outputs, column, columns, values, offset, 1, stride);
    }
  }

  private static void checkBlock(float[] values, int offset, int count, int stride, int length) {
    long end = offset + (long) (count - 1) * stride + length;
    if (offset < 0 || stride < 0 || end > values.length) {
      throw new IndexOutOfBoundsException(
          String.format(
              "%d runs of %d values from %d, %d apart, in an array of %d",
              count, length, offset, stride, values.length));
    }
  }

  private void put(
      Workers workers,
      int row,
      int rows,
      int k,
      int depth,
      float[] values,
      int offset,
      int rowStride,
      int columnStride) {
    int first = row / PANEL;
    int last = (row + rows - 1) / PANEL;
    workers.run(
        last - first + 1,
        part -> {
          int panel = first + part;
          int from = Math.max(row, panel * PANEL);
          int to = Math.min(row + rows, (panel + 1) * PANEL);
          int at = offset + (from - row) * rowStride;
          for (int i = from; i < to; i++, at += rowStride) {
            putLane(panel, i - panel * PANEL, k, depth, values, at, columnStride);
          }
        });
  }

  /** Puts {@code values[at + i * stride]} as weight of input {@code k + i} in a lane of a panel. */
  abstract void putLane(int panel, int lane, int k, int depth, float[] values, int at, int stride);

  /**
   * The weight of output {@code row} and input {@code column}, as it is multiplied (that is, after
   * rounding).
   */
  public final float get(int row, int column) {
    Objects.checkIndex(row, outputs);
    Objects.checkIndex(column, inputs);
    return getLane(row / PANEL, row % PANEL, column);
  }

  /**
   * Copies row {@code row}, K values, to {@code target[offset ..]}.
   *
   * @throws IndexOutOfBoundsException if there is no such row or no such space
   */
  public final void copyRow(int row, float[] target, int offset) {
    Objects.checkIndex(row, outputs);
    Objects.checkFromIndexSize(offset, inputs, target.length);
    for (int k = 0; k < inputs; k++) {
      target[offset + k] = getLane(row / PANEL, row % PANEL, k);
    }
  }

  abstract float getLane(int panel, int lane, int k);

  /** How many panels there are. */
  final int panels() {
    return panels;
  }

  /** The array that holds {@code panel}. */
  final int segment(int panel) {
    return panel / panelsPerSegment;
  }

  /** The place of {@code panel} in its array, in panels. */
  final int placeInSegment(int panel) {
    return panel % panelsPerSegment;
  }

  final int segments() {
    return Math.ceilDiv(panels, panelsPerSegment);
  }

  final int panelsInSegment(int segment) {
    return Math.min(panelsPerSegment, panels - segment * panelsPerSegment);
  }

  /**
   * Continues the sums of a tile: {@code c[r][j] += x[r][k .. k + depth) * w}, each a chain of
   * fused multiply-adds in ascending order.
   *
   * @param rows the height of the tile, see {@link RowTiles}
   * @param width panels side by side, all in the segment of {@code panel}
   * @param x activations, packed as {@link #groupRows} says, those of input {@code k} at {@code
   *     xAt}
   * @param xGroup distance of the groups
   * @param c the sums, {@code [rows][width * PANEL]} from {@code cAt} on
   */
  abstract void tile(
      int rows,
      int width,
      float[] x,
      int xAt,
      int xGroup,
      int panel,
      int k,
      int depth,
      float[] c,
      int cAt);

  /**
   * How many rows of a tile of {@code rows} lie interleaved in the packed activations, {@code
   * [group][K][groupRows]}.
   */
  abstract int groupRows(int rows);
}
