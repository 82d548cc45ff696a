package dev.arpg4j.jmh.kernels;

/** Operands whose outermost axis is the branches of guidance. */
final class Branches {
  private Branches() {}

  /**
   * Rows of [2, rows, width], the same of each branch, branch after branch.
   *
   * @param rows of each branch
   * @param picks which of them
   */
  static double[] rows(Operand operand, int rows, int width, int... picks) {
    int[] both = new int[2 * picks.length];
    for (int i = 0; i < picks.length; i++) {
      both[i] = picks[i];
      both[picks.length + i] = rows + picks[i];
    }
    return operand.rows(width, both);
  }
}
