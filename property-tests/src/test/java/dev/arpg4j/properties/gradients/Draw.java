package dev.arpg4j.properties.gradients;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/** Random sizes and numbers, one after the other: the n-th is the n-th uniform of the seed. */
final class Draw {
  private final long seed;
  private int next;

  Draw(long seed) {
    this.seed = seed;
  }

  double unit() {
    return Philox.uniform(seed, 0, next++, 0, Purpose.CASES);
  }

  /** One of {@code from .. to}. */
  int between(int from, int to) {
    return from + (int) (unit() * (to - from + 1));
  }

  boolean coin() {
    return unit() < 0.5;
  }

  /** Numbers of [-1, 1). */
  double[] reals(Shape shape) {
    double[] values = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * unit() - 1;
    }
    return values;
  }

  /** Integers of {@code from .. to-1}. */
  int[] ints(Shape shape, int from, int to) {
    int[] values = new int[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = between(from, to - 1);
    }
    return values;
  }

  /** [.., width] of rank 1 to 3. */
  Shape rows(int width) {
    Shape shape = outer();
    return shape.append(width);
  }

  /** Rank 0 to 2. */
  Shape outer() {
    Shape shape = Shape.of();
    for (int rank = between(0, 2); rank > 0; rank--) {
      shape = shape.append(between(1, 3));
    }
    return shape;
  }

  /** [n] for all B batch rows, or [I, n] for a divisor I of B. */
  Shape index(int batch, int n) {
    return switch (between(0, 2)) {
      case 0 -> Shape.of(n);
      case 1 -> Shape.of(1, n);
      default -> Shape.of(batch, n);
    };
  }
}
