package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.Shape;

/**
 * An index tensor [n] or [I, n]: batch row {@code b} reads its entries from row {@code b mod I}.
 *
 * @param images I, or 1 where one row serves all
 */
record RowIndex(int[] values, int offset, int images, int n) {
  static RowIndex of(VectorTensor tensor) {
    Shape shape = tensor.shape();
    int images = shape.rank() == 1 ? 1 : shape.dim(0);
    return new RowIndex(tensor.ints(), tensor.offset(), images, shape.dim(-1));
  }

  int at(int b, int i) {
    return values[offset + b % images * n + i];
  }

  /**
   * Checks every entry before anything is computed.
   *
   * @throws IndexOutOfBoundsException if one is outside {@code from .. to-1}
   */
  RowIndex within(String op, String what, int from, int to) {
    for (int i = 0; i < images * n; i++) {
      checked(op, what, values[offset + i], from, to);
    }
    return this;
  }

  static void checked(String op, String what, int value, int from, int to) {
    if (value < from || value >= to) {
      throw new IndexOutOfBoundsException(
          "%s: %s %d, expected %d..%d".formatted(op, what, value, from, to - 1));
    }
  }
}
