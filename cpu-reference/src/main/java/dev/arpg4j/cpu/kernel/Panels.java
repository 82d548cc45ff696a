package dev.arpg4j.cpu.kernel;

/** The right-hand side of a product in panels of {@link PackedMatrix#PANEL} columns. */
@FunctionalInterface
interface Panels {
  /**
   * Continues the sums of some rows, which lie anywhere, over some inputs.
   *
   * @param x row r is at {@code xAt + r · xStride}, its inputs from k on
   * @param panel which
   * @param k the first input
   * @param depth how many inputs
   * @param y row r is at {@code yAt + r · yStride}, PANEL sums
   */
  void multiplyRows(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      int panel,
      int k,
      int depth,
      float[] y,
      int yAt,
      int yStride);
}
