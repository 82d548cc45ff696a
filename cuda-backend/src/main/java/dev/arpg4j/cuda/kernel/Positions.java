package dev.arpg4j.cuda.kernel;

/** Rotary positions, alone and on the way into a cache (VARIANTS.md 1.4). */
public final class Positions {
  private static final String FILE = "positions";

  private final Launcher launcher;
  private final Element element;

  public Positions(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * Rotates every head of each row, in float32.
   *
   * @param x [batch, n, heads·headDim], headDim even
   * @param y the same shape; may be x
   * @param fault gets {@link Fault.Kind#ROPE_ROW}
   */
  public void rope(
      long x, Rotation rotation, long y, int batch, int n, int heads, int headDim, long fault) {
    long rows = (long) batch * n;
    long width = (long) heads * headDim;
    if (rows == 0 || width == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(rows, width, element);
    launcher.launch(
        new KernelId(FILE, "rope", element),
        grid.geometry(),
        Arguments.none()
            .address(x)
            .address(y)
            .address(rotation.table())
            .address(rotation.rows().address())
            .int32(Math.toIntExact(rows))
            .int32(n)
            .int32(Math.toIntExact(width))
            .int32(headDim)
            .int32(rotation.rows().images())
            .int32(rotation.tableRows())
            .int32(grid.shift())
            .address(fault));
  }

  /**
   * Rows of a cache's keys or values.
   *
   * @param keys [batch, capacity, heads·headDim]
   * @param values the same shape
   * @param batchStride capacity·heads·headDim
   * @param from the first row to write
   */
  public record CacheRows(long keys, long values, long batchStride, int from) {}

  /**
   * Writes k, rotated, and v, as it is, to the rows {@code from .. from+n-1} of a cache; with
   * {@link Rotation#NONE} both as they are. A rotated key is rounded to the element type once, as
   * {@link #rope} does.
   *
   * @param k [batch, n, heads·headDim]
   * @param v the same shape
   * @param fault gets {@link Fault.Kind#ROPE_ROW}
   */
  public void appendRotated(
      long k,
      long v,
      CacheRows cache,
      Rotation rotation,
      int batch,
      int n,
      int heads,
      int headDim,
      long fault) {
    long rows = (long) batch * n;
    long width = (long) heads * headDim;
    if (rows == 0 || width == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(rows, width, element);
    launcher.launch(
        new KernelId(FILE, "appendRotated", element),
        grid.geometry(),
        Arguments.none()
            .address(k)
            .address(v)
            .address(cache.keys())
            .address(cache.values())
            .address(rotation.table())
            .address(rotation.rows().address())
            .int32(Math.toIntExact(rows))
            .int32(n)
            .int32(cache.from())
            .int64(cache.batchStride())
            .int32(Math.toIntExact(width))
            .int32(headDim)
            .int32(rotation.rows().images())
            .int32(rotation.tableRows())
            .int32(grid.shift())
            .address(fault));
  }
}
