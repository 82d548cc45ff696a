package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.Shape;

/** Ops that move entries and compute nothing: embed, gather, concat, slice, resize. */
final class Movement {
  private Movement() {}

  /** The entries before an axis. */
  static int outer(Shape shape, int axis) {
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= shape.dim(i);
    }
    return outer;
  }

  /** The entries of one place on an axis. */
  static int inner(Shape shape, int axis) {
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= shape.dim(i);
    }
    return inner;
  }

  /** y[i, :] = table[ids[i], :]. */
  static void embed(VectorWeight table, VectorTensor ids, VectorTensor y, Split split) {
    int[] places = ids.ints();
    float[] out = y.floats();
    int width = table.shape().dim(1);
    for (int i = 0; i < ids.size(); i++) {
      RowIndex.checked("embed", "id", places[ids.offset() + i], 0, table.shape().dim(0));
    }
    split.over(
        ids.size(),
        y.size(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            table.copyRow(places[ids.offset() + i], out, i * width);
          }
        });
  }

  /** y[b, i, :] = x[b, index[b mod I, i], :]. */
  static void gather(VectorTensor x, RowIndex index, VectorTensor y, Split split) {
    Object in = x.array();
    Object out = y.array();
    int rows = x.shape().dim(1);
    int n = index.n();
    int width = inner(x.shape(), 1);
    split.over(
        x.shape().dim(0) * n,
        y.size(),
        (from, to) -> {
          for (int item = from; item < to; item++) {
            int b = item / n;
            int row = b * rows + index.at(b, item % n);
            System.arraycopy(in, x.offset() + row * width, out, item * width, width);
          }
        });
  }

  /** y[b, i, j, :] = x[b, ⌊i·h / height⌋, ⌊j·w / width⌋, :]. */
  static void nearest(VectorTensor x, VectorTensor y, Split split) {
    float[] in = x.floats();
    float[] out = y.floats();
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    int height = y.shape().dim(1);
    int width = y.shape().dim(2);
    int channels = x.shape().dim(3);
    split.over(
        x.shape().dim(0) * height,
        y.size(),
        (from, to) -> {
          for (int line = from; line < to; line++) {
            int source = line / height * h + (int) ((long) (line % height) * h / height);
            for (int j = 0; j < width; j++) {
              int pixel = source * w + (int) ((long) j * w / width);
              int at = (line * width + j) * channels;
              System.arraycopy(in, x.offset() + pixel * channels, out, at, channels);
            }
          }
        });
  }

  /**
   * Copies places {@code from ..} of an axis of x to places {@code to ..} of that axis of y: a
   * slice reads a part of x, a concat writes a part of y.
   */
  static void copyAxis(VectorTensor x, int axis, int from, VectorTensor y, int to, int count) {
    int inner = inner(x.shape(), axis);
    int read = x.offset() + from * inner;
    int write = y.offset() + to * inner;
    for (int o = 0; o < outer(x.shape(), axis); o++) {
      System.arraycopy(x.array(), read, y.array(), write, count * inner);
      read += x.shape().dim(axis) * inner;
      write += y.shape().dim(axis) * inner;
    }
  }
}
