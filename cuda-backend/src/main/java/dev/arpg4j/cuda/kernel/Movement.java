package dev.arpg4j.cuda.kernel;

/**
 * Ops that move entries and compute nothing. With element F32 they serve int32 as well: bits are
 * carried over as they are.
 */
public final class Movement {
  private static final String FILE = "movement";
  private static final int BLOCK = 256;
  private static final int MAX_BLOCKS = 65535;

  private final Launcher launcher;
  private final Element element;

  public Movement(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * {@code y[i, :] = table[ids[i], :]}.
   *
   * @param table [rows, width]
   * @param ids [count] int32
   * @param y [count, width]
   * @param fault gets {@link Fault.Kind#EMBED_ID}
   */
  public void embed(long table, long ids, long y, int count, int rows, int width, long fault) {
    if (count == 0 || width == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(count, width, element);
    launcher.launch(
        new KernelId(FILE, "embed", element),
        grid.geometry(),
        Arguments.none()
            .address(table)
            .address(ids)
            .address(y)
            .int32(count)
            .int32(rows)
            .int32(width)
            .int32(grid.shift())
            .address(fault));
  }

  /**
   * {@code y[b, i, :] = x[b, index[b mod I, i], :]}.
   *
   * @param x [batch, m, inner]
   * @param index [n] or [I, n]
   * @param y [batch, n, inner]
   * @param fault gets {@link Fault.Kind#GATHER_INDEX}
   */
  public void gather(long x, Index index, long y, int batch, int m, int n, int inner, long fault) {
    long rows = (long) batch * n;
    if (rows == 0 || inner == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(rows, inner, element);
    launcher.launch(
        new KernelId(FILE, "gather", element),
        grid.geometry(),
        Arguments.none()
            .address(x)
            .address(index.address())
            .address(y)
            .int32(Math.toIntExact(rows))
            .int32(m)
            .int32(n)
            .int32(inner)
            .int32(index.images())
            .int32(grid.shift())
            .address(fault));
  }

  /**
   * One part of a concat or slice: {@code y[yOffset + o·yStride + r] = x[xOffset + o·xStride + r]}
   * for o below {@code outer} and r below {@code run}, all in entries.
   */
  public void copyAxis(
      long x, long xOffset, long xStride, long y, long yOffset, long yStride, int outer, long run) {
    if (outer == 0 || run == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(outer, run, element);
    launcher.launch(
        new KernelId(FILE, "copyAxis", element),
        grid.geometry(),
        Arguments.none()
            .address(x + xOffset * element.bytes())
            .int64(xStride)
            .address(y + yOffset * element.bytes())
            .int64(yStride)
            .int32(outer)
            .int64(run)
            .int32(grid.shift()));
  }

  /**
   * {@code y[o, c, r] = x[o, r, c]}; for small matrices, such as a convolution's kernels.
   *
   * @param x [outer, rows, columns]
   * @param y [outer, columns, rows]; not x
   */
  public void transposeEach(long x, long y, int outer, int rows, int columns) {
    long size = (long) outer * rows * columns;
    if (size == 0) {
      return;
    }
    long blocks = Math.min(Geometry.divideUp(size, BLOCK), MAX_BLOCKS);
    launcher.launch(
        new KernelId(FILE, "transposeEach", element),
        Geometry.line(blocks, BLOCK),
        Arguments.none().address(x).address(y).int32(rows).int32(columns).int64(size));
  }
}
