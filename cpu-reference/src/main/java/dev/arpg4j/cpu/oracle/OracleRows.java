package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.Shape;

/**
 * Ops that move entries and compute nothing: embed, gather, concat, slice. Arrays are {@code
 * double[]} or {@code int[]} alike.
 */
final class OracleRows {
  private OracleRows() {}

  /** An index tensor [n] or [I, n]: entry i for batch row b is {@code values[b mod I, i]}. */
  record Index(int[] values, int images, int n) {
    static Index of(OracleTensor tensor) {
      int n = tensor.shape().dim(-1);
      return new Index(tensor.ints(), tensor.shape().rank() == 1 ? 1 : tensor.shape().dim(0), n);
    }

    int at(int b, int i) {
      return values[b % images * n + i];
    }
  }

  /**
   * {@code value}, if it lies in {@code from .. to-1}.
   *
   * @throws IndexOutOfBoundsException if not
   */
  static int checked(String op, String what, int value, int from, int to) {
    if (value < from || value >= to) {
      throw new IndexOutOfBoundsException(
          "%s: %s %d, expected %d..%d".formatted(op, what, value, from, to - 1));
    }
    return value;
  }

  /**
   * y[i, :] = table[ids[i], :].
   *
   * @param table [rows, width]
   */
  static double[] embed(double[] table, int[] ids, int rows, int width) {
    double[] y = new double[Math.multiplyExact(ids.length, width)];
    for (int i = 0; i < ids.length; i++) {
      int id = checked("embed", "id", ids[i], 0, rows);
      System.arraycopy(table, id * width, y, i * width, width);
    }
    return y;
  }

  /**
   * y[b, i, :] = x[b, index[b mod I, i], :].
   *
   * @param x [batch, rows, width]
   * @param y [batch, n, width]
   */
  static void gather(Object x, Index index, Object y, int batch, int rows, int width) {
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < index.n; i++) {
        int row = checked("gather", "index", index.at(b, i), 0, rows);
        System.arraycopy(x, (b * rows + row) * width, y, (b * index.n + i) * width, width);
      }
    }
  }

  /**
   * Copies entries {@code from .. from+count-1} of the middle axis of x [outer, extentX, inner] to
   * entries {@code to ..} of the middle axis of y [outer, extentY, inner]: a slice reads a part of
   * x, a concat writes a part of y.
   */
  static void copyAxis(
      Object x, int extentX, int from, Object y, int extentY, int to, int count, Block block) {
    for (int o = 0; o < block.outer; o++) {
      System.arraycopy(
          x,
          (o * extentX + from) * block.inner,
          y,
          (o * extentY + to) * block.inner,
          count * block.inner);
    }
  }

  /** The extents around an axis. */
  record Block(int outer, int inner) {
    static Block around(Shape shape, int axis) {
      int outer = 1;
      for (int i = 0; i < axis; i++) {
        outer *= shape.dim(i);
      }
      int inner = 1;
      for (int i = axis + 1; i < shape.rank(); i++) {
        inner *= shape.dim(i);
      }
      return new Block(outer, inner);
    }
  }
}
