package dev.arpg4j.cuda.kernel;

/** Which of two ids a place gets, by a number of the element type at it (VARIANTS.md 4.3, 4.5). */
public final class Choices {
  private static final String FILE = "choices";
  private static final int SELECT_BLOCK = 256;
  private static final int MAX_BLOCK = 1024;

  private final Launcher launcher;
  private final Element element;

  public Choices(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * {@code y = key > limit ? above : otherwise}; a NaN is above nothing.
   *
   * @param key [size]
   * @param limit [1] float32
   * @param above [size] int32
   * @param otherwise [size] int32
   * @param y [size] int32
   */
  public void select(long key, long limit, long above, long otherwise, long y, long size) {
    if (size == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "select", element),
        Geometry.line(Geometry.divideUp(size, SELECT_BLOCK), SELECT_BLOCK),
        Arguments.none()
            .address(key)
            .address(limit)
            .address(above)
            .address(otherwise)
            .address(y)
            .int32(Math.toIntExact(size)));
  }

  /**
   * MaskGIT's commit, as {@link dev.arpg4j.tensor.Ops#remask} has it: what was sampled at masked
   * places, but {@code maskId} at those of the lowest confidence. One block a row compares each
   * place with all others.
   *
   * @param ids [rows, width] int32
   * @param sampled [rows, width] int32
   * @param confidence [rows, width]
   * @param remasked [rows] int32
   * @param y [rows, width] int32; none of the operands
   */
  public void remask(
      long ids,
      long sampled,
      long confidence,
      long remasked,
      long y,
      int rows,
      int width,
      int maskId) {
    if (rows == 0 || width == 0) {
      return;
    }
    launcher.launch(
        new KernelId(FILE, "remask", element),
        Geometry.line(rows, Geometry.blockFor(width, MAX_BLOCK)),
        Arguments.none()
            .address(ids)
            .address(sampled)
            .address(confidence)
            .address(remasked)
            .address(y)
            .int32(width)
            .int32(maskId));
  }
}
