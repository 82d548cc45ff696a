package dev.arpg4j.cuda.kernel;

/**
 * The gradients of {@link RowNorms} by their rows; {@link RowSums#normScale} is that by the scale.
 *
 * <p>One block a row. The tree of a sum depends on the width alone, so a row's bits depend on
 * neither its company nor its alignment.
 */
public final class NormBackward {
  private static final String FILE = "normgrads";
  private static final int MAX_BLOCK = 1024;

  private final Launcher launcher;
  private final Element element;

  public NormBackward(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * With {@code r = 1/sqrt(mean(x²) + epsilon)} and {@code g = dy ⊙ scale}: {@code dx = r g − x r³
   * mean(g ⊙ x)} of each row.
   *
   * @param x [rows, width]
   * @param scale [width] float32
   * @param dy [rows, width]
   * @param dx [rows, width]; may be x or dy
   * @param inverse [rows] float32, gets r
   */
  public void rmsNorm(
      long x, long scale, long dy, long dx, long inverse, int rows, int width, float epsilon) {
    launch(
        "rmsNormBackward",
        Arguments.none().address(x).address(scale).address(dy).address(dx).address(inverse),
        rows,
        width,
        epsilon);
  }

  /**
   * With y the norm of x and {@code r = 1/sqrt(var + epsilon)}: {@code dx = r (dy − mean(dy) − y
   * mean(dy ⊙ y))} of each row.
   *
   * @param x [rows, width]
   * @param dy [rows, width]
   * @param dx [rows, width]; may be x or dy
   */
  public void layerNorm(long x, long dy, long dx, int rows, int width, float epsilon) {
    launch(
        "layerNormBackward",
        Arguments.none().address(x).address(dy).address(dx),
        rows,
        width,
        epsilon);
  }

  private void launch(String function, Arguments operands, int rows, int width, float epsilon) {
    if (rows == 0 || width == 0) {
      return;
    }
    long vectors = Geometry.divideUp(width, element.perVector());
    launcher.launch(
        new KernelId(FILE, function, element),
        Geometry.line(rows, Geometry.blockFor(vectors, MAX_BLOCK)),
        operands.int32(width).float32(epsilon));
  }
}
