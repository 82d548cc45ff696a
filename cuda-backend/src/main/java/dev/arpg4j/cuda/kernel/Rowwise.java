package dev.arpg4j.cuda.kernel;

/**
 * Ops of rows by what is beside them: a bias that all share, the modulations and gates of adaptive
 * layer norm (VARIANTS.md 4.4, 4.5), or a factor each. Each result is rounded once.
 */
public final class Rowwise {
  private static final String FILE = "rowwise";

  private final Launcher launcher;
  private final Element element;

  public Rowwise(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * {@code y[r] = x[r] + bias}.
   *
   * @param x [rows, width]
   * @param bias [width] float32
   * @param y [rows, width]; may be x
   */
  public void addBias(long x, long bias, long y, int rows, int width) {
    launch("addBias", Arguments.none().address(x).address(bias).address(y), rows, width);
  }

  /**
   * {@link #addBias} to float32 sums, whatever the element of the result.
   *
   * @param sums [rows, width] float32
   * @param bias [width] float32
   * @param y [rows, width]; may be {@code sums} if it is float32
   */
  public void addBiasToSums(long sums, long bias, long y, int rows, int width) {
    launch("addBiasToSums", Arguments.none().address(sums).address(bias).address(y), rows, width);
  }

  /**
   * {@code y[r] = x[r] ⊙ (1 + scale[⌊r / share⌋]) + shift[⌊r / share⌋]}.
   *
   * @param x [rows, width]
   * @param scale [rows / share, width]
   * @param shift [rows / share, width]
   * @param y [rows, width]; may be x
   * @param share rows that have one scale and shift
   */
  public void modulate(long x, long scale, long shift, long y, int rows, int width, int share) {
    launch(
        "modulate",
        Arguments.none().address(x).address(scale).address(shift).address(y),
        rows,
        width,
        share);
  }

  /**
   * {@code y[r] = x[r] + gate[⌊r / share⌋] ⊙ branch[r]}.
   *
   * @param x [rows, width]
   * @param branch [rows, width]
   * @param gate [rows / share, width]
   * @param y [rows, width]; may be x or branch
   * @param share rows that have one gate
   */
  public void addGated(long x, long branch, long gate, long y, int rows, int width, int share) {
    launch(
        "addGated",
        Arguments.none().address(x).address(branch).address(gate).address(y),
        rows,
        width,
        share);
  }

  /**
   * {@code y[r] = factor[r] · x[r]}.
   *
   * @param x [rows, width]
   * @param factor [rows] float32
   * @param y [rows, width]; may be x
   */
  public void mulRows(long x, long factor, long y, int rows, int width) {
    launch("mulRows", Arguments.none().address(x).address(factor).address(y), rows, width);
  }

  /** Behind the operands: rows, width, what else the kernel takes, and how rows are shared out. */
  private void launch(String function, Arguments operands, int rows, int width, int... more) {
    if (rows == 0 || width == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(rows, width, element);
    Arguments arguments = operands.int32(rows).int32(width);
    for (int each : more) {
      arguments.int32(each);
    }
    launcher.launch(
        new KernelId(FILE, function, element), grid.geometry(), arguments.int32(grid.shift()));
  }
}
