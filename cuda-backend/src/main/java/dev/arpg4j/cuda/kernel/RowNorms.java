package dev.arpg4j.cuda.kernel;

/**
 * Norms of rows: root-mean-square, alone and behind a residual addition (VARIANTS.md 1.5), by mean
 * and variance (VARIANTS.md 4.3), and Euclidean (VARIANTS.md 2).
 *
 * <p>One block a row. The tree of a sum depends on the width alone, so a row's bits depend on
 * neither its company nor its alignment.
 */
public final class RowNorms {
  private static final String FILE = "rownorms";
  private static final int MAX_BLOCK = 1024;

  private final Launcher launcher;
  private final Element element;

  public RowNorms(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * {@code y = x / sqrt(mean(x²) + epsilon) ⊙ scale} of each row.
   *
   * @param x [rows, width]
   * @param scale [width] float32
   * @param y [rows, width]; may be x
   */
  public void rmsNorm(long x, long scale, long y, int rows, int width, float epsilon) {
    if (rows == 0 || width == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "rmsNorm", element),
        geometry(rows, width),
        Arguments.none().address(x).address(scale).address(y).int32(width).float32(epsilon));
  }

  /**
   * {@code y = (x − mean) / sqrt(var + epsilon)} of each row, with the biased variance. That is
   * made of squared distances from the mean, so that nothing cancels.
   *
   * @param x [rows, width]
   * @param y [rows, width]; may be x
   */
  public void layerNorm(long x, long y, int rows, int width, float epsilon) {
    if (rows == 0 || width == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "layerNorm", element),
        geometry(rows, width),
        Arguments.none().address(x).address(y).int32(width).float32(epsilon));
  }

  /**
   * {@link #layerNorm(long, long, int, int, float)} {@code ⊙ scale + bias}, rounded once.
   *
   * @param x [rows, width]
   * @param scale [width] float32
   * @param bias [width] float32
   * @param y [rows, width]; may be x
   */
  public void layerNorm(long x, long scale, long bias, long y, int rows, int width, float epsilon) {
    if (rows == 0 || width == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "layerNormAffine", element),
        geometry(rows, width),
        Arguments.none()
            .address(x)
            .address(scale)
            .address(bias)
            .address(y)
            .int32(width)
            .float32(epsilon));
  }

  /**
   * {@code y = x / max(‖x‖₂, epsilon)} of each row.
   *
   * @param x [rows, width]
   * @param y [rows, width]; may be x
   */
  public void l2Normalize(long x, long y, int rows, int width, float epsilon) {
    if (rows == 0 || width == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "l2Normalize", element),
        geometry(rows, width),
        Arguments.none().address(x).address(y).int32(width).float32(epsilon));
  }

  /**
   * {@code sum = x + delta}, rounded to the element type, and {@code y = rmsNorm(sum)}: bit for bit
   * what addition and norm give one after the other.
   *
   * @param x [rows, width]
   * @param delta [rows, width]
   * @param scale [width] float32
   * @param sum [rows, width]; may be x or delta
   * @param y [rows, width]; not sum
   */
  public void addRmsNorm(
      long x, long delta, long scale, long sum, long y, int rows, int width, float epsilon) {
    if (rows == 0 || width == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "addRmsNorm", element),
        geometry(rows, width),
        Arguments.none()
            .address(x)
            .address(delta)
            .address(scale)
            .address(sum)
            .address(y)
            .int32(width)
            .float32(epsilon));
  }

  private Geometry geometry(int rows, int width) {
    long vectors = Geometry.divideUp(width, element.perVector());
    return Geometry.line(rows, Geometry.blockFor(vectors, MAX_BLOCK));
  }
}
