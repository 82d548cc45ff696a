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
 * <p>A new matrix is zero. Weights are put in by blocks of rows, so a file can be packed piece by
 * piece and never lies in memory twice, and they can be put again at any time, as an optimizer
 * does. Putting and reading must not overlap; disjoint blocks of whole panels may be put by several
 * threads.
 */
public abstract sealed class PackedMatrix implements Panels permits PackedF32, PackedBf16 {
  /** Outputs of one panel. */
  static final int PANEL = 2 * LANES;

  /** Words of the longest array: one gibibyte. */
  static final int SEGMENT_WORDS = 1 << 28;

  private final int outputs;
  private final int inputs;
  private final int panels;
  private final int panelWords;
  private final int panelsPerSegment;
  private final int[][] segments;

  /**
   * Allocates the panels.
   *
   * @param wordsPerInput words of a panel for each input
   * @param segmentWords words of the longest array, unless a single panel needs more
   */
  PackedMatrix(int outputs, int inputs, int wordsPerInput, int segmentWords) {
    if (outputs < 1 || inputs < 1 || inputs > SEGMENT_WORDS / wordsPerInput) {
      throw new IllegalArgumentException(
          "a matrix [" + outputs + ", " + inputs + "] cannot be packed");
    }
    this.outputs = outputs;
    this.inputs = inputs;
    panels = Math.ceilDiv(outputs, PANEL);
    panelWords = inputs * wordsPerInput;
    panelsPerSegment = Math.clamp(segmentWords / panelWords, 1, panels);
    segments = new int[Math.ceilDiv(panels, panelsPerSegment)][];
    for (int i = 0; i < segments.length; i++) {
      int held = Math.min(panelsPerSegment, panels - i * panelsPerSegment);
      segments[i] = new int[held * panelWords];
    }
  }

  /**
   * A zero matrix of float32 weights.
   *
   * @param outputs N, at least 1
   * @param inputs K, at least 1
   */
  public static PackedMatrix f32(int outputs, int inputs) {
    return new PackedF32(outputs, inputs, SEGMENT_WORDS);
  }

  /**
   * A zero matrix of bfloat16 weights, to which what is put in is rounded (to nearest, ties to
   * even).
   *
   * @param outputs N, at least 1
   * @param inputs K, at least 1
   */
  public static PackedMatrix bf16(int outputs, int inputs) {
    return new PackedBf16(outputs, inputs, SEGMENT_WORDS);
  }

  /** N, the rows of the matrix. */
  public final int outputs() {
    return outputs;
  }

  /** K, the columns of the matrix. */
  public final int inputs() {
    return inputs;
  }

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
    if (rows == 0) {
      return;
    }
    checkBlock(values, offset, rows, stride, inputs);
    int first = row / PANEL;
    int last = (row + rows - 1) / PANEL;
    workers.run(
        last - first + 1,
        part -> {
          int panel = first + part;
          int from = Math.max(row, panel * PANEL);
          int to = Math.min(row + rows, (panel + 1) * PANEL);
          int at = offset + (from - row) * stride;
          int[] segment = segments[segment(panel)];
          for (int i = from; i < to; i++, at += stride) {
            putLane(segment, start(panel), i - panel * PANEL, values, at);
          }
        });
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

  /**
   * The weight of output {@code row} and input {@code column}, as it is multiplied (that is, after
   * rounding).
   */
  public final float get(int row, int column) {
    Objects.checkIndex(row, outputs);
    Objects.checkIndex(column, inputs);
    int panel = row / PANEL;
    return getLane(segments[segment(panel)], start(panel), row % PANEL, column);
  }

  /** How many panels there are. */
  final int panels() {
    return panels;
  }

  /** How many panels from {@code panel} on, at most {@code count}, lie in one array. */
  final int together(int panel, int count) {
    return Math.min(count, panelsPerSegment - panel % panelsPerSegment);
  }

  /**
   * Continues the sums of a tile over some inputs, each a chain of fused multiply-adds in ascending
   * order.
   *
   * @param rows the height of the tile, see {@link RowTiles}
   * @param width panels side by side, all in one array
   * @param x activations {@code [K][rows]}, those of input {@code k} at {@code xAt}
   * @param k the first input
   * @param depth how many inputs
   * @param c the sums, {@code [rows][width * PANEL]} from {@code cAt} on
   */
  final void multiply(
      int rows, int width, float[] x, int xAt, int panel, int k, int depth, float[] c, int cAt) {
    int[] segment = segments[segment(panel)];
    tile(rows, width, x, xAt, segment, start(panel), k, panelWords, depth, c, cAt);
  }

  @Override
  public final void multiplyRows(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      int panel,
      int k,
      int depth,
      float[] y,
      int yAt,
      int yStride) {
    int[] segment = segments[segment(panel)];
    rowTile(rows, x, xAt, xStride, segment, start(panel), k, depth, y, yAt, yStride);
  }

  private int segment(int panel) {
    return panel / panelsPerSegment;
  }

  /** The first word of {@code panel} in its array. */
  private int start(int panel) {
    return panel % panelsPerSegment * panelWords;
  }

  /** {@link #multiply} with the panel that begins at {@code start}. */
  abstract void tile(
      int rows,
      int width,
      float[] x,
      int xAt,
      int[] segment,
      int start,
      int k,
      int panelWords,
      int depth,
      float[] c,
      int cAt);

  /** {@link #multiplyRows} by the panel that begins at {@code start}. */
  abstract void rowTile(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      int[] segment,
      int start,
      int k,
      int depth,
      float[] y,
      int yAt,
      int yStride);

  /** Puts {@code values[at + k]} as the weight of every input {@code k} in a lane. */
  abstract void putLane(int[] segment, int start, int lane, float[] values, int at);

  /** The weight of input {@code k} in a lane of the panel that begins at {@code start}. */
  abstract float getLane(int[] segment, int start, int lane, int k);
}
