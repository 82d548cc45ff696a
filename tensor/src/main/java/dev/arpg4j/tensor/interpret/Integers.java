package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Objects;

/** What {@link Shapes} computes after all: I32 values through the ops that only move them. */
final class Integers {
  private Integers() {}

  /** {@code y[b, i, ..] = x[b, index[b mod I, i], ..]}. */
  static int[] gather(Tensor x, Tensor index, Shape result) {
    int[] from = x.toInts();
    int[] order = index.toInts();
    int batch = result.dim(0);
    int n = result.dim(1);
    int m = x.shape().dim(1);
    int inner = inner(result, 1);
    int[] to = new int[Math.toIntExact(result.size())];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < n; i++) {
        int row = Objects.checkIndex(order[(b * n + i) % order.length], m);
        System.arraycopy(from, (b * m + row) * inner, to, (b * n + i) * inner, inner);
      }
    }
    return to;
  }

  static int[] concat(int axis, Tensor[] parts, Shape result) {
    int[] to = new int[Math.toIntExact(result.size())];
    int stride = result.dim(axis) * inner(result, axis);
    int offset = 0;
    for (Tensor part : parts) {
      int[] from = part.toInts();
      int run = part.shape().dim(axis) * inner(result, axis);
      for (int outer = 0; run > 0 && outer < from.length / run; outer++) {
        System.arraycopy(from, outer * run, to, outer * stride + offset, run);
      }
      offset += run;
    }
    return to;
  }

  static int[] slice(Tensor x, int axis, int first, int end) {
    int[] from = x.toInts();
    int inner = inner(x.shape(), axis);
    int stride = x.shape().dim(axis) * inner;
    int run = (end - first) * inner;
    int outers = stride == 0 ? 0 : from.length / stride;
    int[] to = new int[outers * run];
    for (int outer = 0; outer < outers; outer++) {
      System.arraycopy(from, outer * stride + first * inner, to, outer * run, run);
    }
    return to;
  }

  /** The number of elements inside one entry of {@code axis}. */
  private static int inner(Shape shape, int axis) {
    int inner = 1;
    for (int inside = axis + 1; inside < shape.rank(); inside++) {
      inner *= shape.dim(inside);
    }
    return inner;
  }
}
