package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.stream.IntStream;

/** What rules of several topics say: entries repeated, and the sum over repetitions. */
final class Moves {
  private Moves() {}

  /** [B, 1, ..] as [B, n, ..]. */
  static Tensor repeated(Backend ops, Tensor x, int n) {
    return ops.gather(x, zeros(ops, n));
  }

  /** The sum along axis 1: [B, n, ..] to [B, 1, ..]. */
  static Tensor summed(Backend ops, Tensor x) {
    return ops.scatterAdd(x, zeros(ops, x.shape().dim(1)), 1);
  }

  /** Each entry V times, side by side: [..] to [.., V]. */
  static Tensor eachRow(Backend ops, Tensor x, Shape shape) {
    int rows = Math.toIntExact(x.shape().size());
    Tensor single = ops.reshape(x, Shape.of(rows, 1, 1));
    return ops.reshape(repeated(ops, single, shape.dim(-1)), shape);
  }

  /** The sum over whatever axes a smaller shape, a suffix or [1], was repeated along. */
  static Tensor collapsed(Backend ops, Tensor x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    int size = Math.toIntExact(shape.size());
    int rows = Math.toIntExact(x.shape().size() / Math.max(1, size));
    Tensor columns = ops.reshape(x, Shape.of(rows, size));
    return ops.reshape(ops.sumColumns(columns), shape);
  }

  /** from .. to-1, I32. */
  static Tensor range(Backend ops, int from, int to) {
    return ops.ints(Shape.of(to - from), IntStream.range(from, to).toArray());
  }

  private static Tensor zeros(Backend ops, int n) {
    return ops.ints(Shape.of(n), new int[n]);
  }
}
