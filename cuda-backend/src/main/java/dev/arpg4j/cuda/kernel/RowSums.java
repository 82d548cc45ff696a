package dev.arpg4j.cuda.kernel;

/**
 * Sums over rows, as gradients of what many rows share are: all of them, or those that one index
 * names. In float32; in which order is a function of the extents alone.
 */
public final class RowSums {
  private static final String FILE = "rowsums";
  private static final int BLOCK = 256;

  /** Vectors of columns that a block adds up. */
  private static final int LANES = 32;

  /** The fewest rows of a part, and the most parts. */
  private static final int PART_ROWS = 64;

  private static final int PARTS = 256;

  private final Launcher launcher;
  private final Element element;

  public RowSums(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  private static int rowsOfPart(int rows) {
    return (int) Math.max(PART_ROWS, Geometry.divideUp(rows, PARTS));
  }

  /** One part where there are no rows: its sums are 0. */
  private static int parts(int rows) {
    return (int) Math.max(1, Geometry.divideUp(rows, rowsOfPart(rows)));
  }

  /** Bytes that {@link #sumColumns} and {@link #normScale} need for the sums of parts. */
  public static long scratchBytes(int rows, int width) {
    return (long) parts(rows) * width * Float.BYTES;
  }

  /**
   * {@code y[c] = Σ_r x[r, c]}, in two launches: parts of the rows, then their sum.
   *
   * @param x [rows, width]
   * @param y [width] float32
   * @param scratch {@link #scratchBytes} bytes
   */
  public void sumColumns(long x, long y, int rows, int width, long scratch) {
    sum("sumColumnsParts", Arguments.none().address(x), y, rows, width, scratch);
  }

  /**
   * The gradient of a root-mean-square norm by its scale: {@code y[c] = Σ_r dy[r, c] · x[r, c] ·
   * inverse[r]}.
   *
   * @param x [rows, width]
   * @param dy [rows, width]
   * @param inverse [rows] float32, from {@link NormBackward#rmsNorm}
   * @param y [width] float32
   * @param scratch {@link #scratchBytes} bytes
   */
  public void normScale(long x, long dy, long inverse, long y, int rows, int width, long scratch) {
    Arguments operands = Arguments.none().address(x).address(dy).address(inverse);
    sum("normScaleParts", operands, y, rows, width, scratch);
  }

  private void sum(String function, Arguments operands, long y, int rows, int width, long scratch) {
    if (width == 0) {
      return;
    }
    long blocks = Geometry.divideUp(width, (long) LANES * element.perVector());
    launcher.launch(
        new KernelId(FILE, function, element),
        new Geometry(Math.toIntExact(blocks), parts(rows), 1, BLOCK, 0),
        operands.address(scratch).int32(rows).int32(width).int32(rowsOfPart(rows)));
    launcher.launch(
        new KernelId(FILE, "sumColumnsWhole", element),
        Geometry.line(Geometry.divideUp(width, BLOCK), BLOCK),
        Arguments.none().address(scratch).address(y).int32(width).int32(parts(rows)));
  }

  /**
   * {@code y[b, r, :] = Σ x[b, i, :]} over the i with {@code index[b mod I, i] = r}, in their
   * order.
   *
   * @param x [batch, n, inner]
   * @param index [n] or [I, n]
   * @param y [batch, rows, inner]
   * @param fault gets {@link Fault.Kind#SCATTER_INDEX}
   */
  public void scatterAdd(
      long x, Index index, long y, int batch, int n, int rows, int inner, long fault) {
    if (batch == 0 || rows == 0 || inner == 0) {
      return;
    }
    long vectors = Geometry.divideUp(inner, element.perVector());
    int block = Geometry.blockFor(vectors, BLOCK);
    int across = (int) Geometry.divideUp(vectors, block);
    launcher.launch(
        new KernelId(FILE, "scatterAdd", element),
        new Geometry(Math.multiplyExact(batch, rows), across, 1, block, 0),
        Arguments.none()
            .address(x)
            .address(index.address())
            .address(y)
            .int32(n)
            .int32(rows)
            .int32(inner)
            .int32(index.images())
            .address(fault));
  }
}
