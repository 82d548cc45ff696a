package dev.arpg4j.cuda.kernel;

/**
 * Ops that look at whole rows. One block a row; sums run in float32 along a tree that depends on
 * the width alone. Sums, means and cross-entropies are float32 for either element.
 */
public final class Reductions {
  private static final String FILE = "reductions";
  private static final int MAX_BLOCK = 1024;
  private static final int MEAN_BLOCK = 256;
  private static final int MEAN_PARTS = 256;

  private final Launcher launcher;
  private final Element element;

  public Reductions(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * Softmax of each row.
   *
   * @param x [rows, width]
   * @param y the same shape; may be x
   */
  public void softmax(long x, long y, int rows, int width) {
    if (rows == 0 || width == 0) {
      return;
    }
    launch("softmax", rows, width, Arguments.none().address(x).address(y).int32(width));
  }

  /**
   * The sum of each row; 0 for an empty one.
   *
   * @param x [rows, width]
   * @param y [rows] float32
   */
  public void sumRows(long x, long y, int rows, int width) {
    if (rows == 0) {
      return;
    }
    launch("sumRows", rows, width, Arguments.none().address(x).address(y).int32(width));
  }

  /** Bytes that {@link #mean} needs for its partial sums, whatever the size. */
  public static long meanScratchBytes() {
    return MEAN_PARTS * (long) Float.BYTES;
  }

  /**
   * The mean of all entries, in two launches: parts of a fixed count, then their sum.
   *
   * @param x [size]
   * @param y [1] float32
   * @param scratch {@link #meanScratchBytes} bytes
   */
  public void mean(long x, long y, long size, long scratch) {
    launcher.launch(
        new KernelId(FILE, "meanParts", element),
        Geometry.line(MEAN_PARTS, MEAN_BLOCK),
        Arguments.none().address(x).address(scratch).int64(size));
    launcher.launch(
        new KernelId(FILE, "meanWhole", element),
        Geometry.line(1, MEAN_BLOCK),
        Arguments.none().address(scratch).address(y).int32(MEAN_PARTS).int64(size));
  }

  /**
   * −log softmax(row)[target] of each row, in nats.
   *
   * @param logits [rows, width]
   * @param targets [rows] int32
   * @param y [rows] float32
   * @param fault gets {@link Fault.Kind#TARGET}
   */
  public void crossEntropy(long logits, long targets, long y, int rows, int width, long fault) {
    if (rows == 0) {
      return;
    }
    launch(
        "crossEntropy",
        rows,
        width,
        Arguments.none().address(logits).address(targets).address(y).int32(width).address(fault));
  }

  /**
   * {@code dx = dy[row] (softmax(row) − onehot(target))} of each row.
   *
   * @param logits [rows, width]
   * @param targets [rows] int32
   * @param dy [rows] float32
   * @param dx [rows, width]; may be logits
   * @param fault gets {@link Fault.Kind#TARGET}
   */
  public void crossEntropyBackward(
      long logits, long targets, long dy, long dx, int rows, int width, long fault) {
    if (rows == 0) {
      return;
    }
    launch(
        "crossEntropyBackward",
        rows,
        width,
        Arguments.none()
            .address(logits)
            .address(targets)
            .address(dy)
            .address(dx)
            .int32(width)
            .address(fault));
  }

  private void launch(String function, int rows, int width, Arguments arguments) {
    long vectors = Geometry.divideUp(width, element.perVector());
    launcher.launch(
        new KernelId(FILE, function, element),
        Geometry.line(rows, Geometry.blockFor(vectors, MAX_BLOCK)),
        arguments);
  }
}
