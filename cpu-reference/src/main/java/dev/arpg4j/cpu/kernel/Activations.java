package dev.arpg4j.cpu.kernel;

/** Rows of K activations that a product multiplies by weights, wherever they lie. */
@FunctionalInterface
interface Activations {
  /**
   * Copies input {@code k} of row {@code row + i} to {@code to[at + k * height + i]}, for all K
   * inputs and {@code rows} rows.
   *
   * @param height at least {@code rows}; what lies between is left alone
   */
  void pack(int row, int rows, int height, float[] to, int at);

  /**
   * The rows of a matrix.
   *
   * @param x row {@code r} is at {@code x[offset + r * stride ..]}
   */
  static Activations rows(int inputs, float[] x, int offset, int stride) {
    return (row, rows, height, to, at) -> {
      for (int i = 0; i < rows; i++) {
        scatter(x, offset + (row + i) * stride, inputs, height, to, at + i);
      }
    };
  }

  /** Copies {@code count} values to every {@code height}th place. */
  static void scatter(float[] x, int from, int count, int height, float[] to, int at) {
    switch (height) { // each a loop of its own, in which the compiler knows the distance
      case 2 -> spread(x, from, count, 2, to, at);
      case 4 -> spread(x, from, count, 4, to, at);
      case 6 -> spread(x, from, count, 6, to, at);
      case 8 -> spread(x, from, count, 8, to, at);
      default -> spread(x, from, count, height, to, at);
    }
  }

  private static void spread(float[] x, int from, int count, int height, float[] to, int at) {
    for (int k = 0; k < count; k++) {
      to[at + k * height] = x[from + k];
    }
  }
}
