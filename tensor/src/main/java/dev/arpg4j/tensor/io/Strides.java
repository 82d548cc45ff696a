package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.Shape;
import java.util.Arrays;

/**
 * Where the elements of a tensor lie relative to its first: element {@code (i0, i1, ...)} is {@code
 * i0 s0 + i1 s1 + ...} elements further on. A stride of 0 repeats elements.
 */
final class Strides {
  private final int[] dims;
  private final long[] steps;
  private final long reach;
  private final boolean rowMajor;

  private Strides(int[] dims, long[] steps, long reach, boolean rowMajor) {
    this.dims = dims;
    this.steps = steps;
    this.reach = reach;
    this.rowMajor = rowMajor;
  }

  /** Elements in a row without gaps, the innermost axis running fastest. */
  static Strides rowMajor(Shape shape) {
    return of(shape, rowMajorSteps(shape.toArray()));
  }

  /**
   * The given distances, in elements, one an axis and none negative.
   *
   * @throws ArithmeticException if the last element lies beyond what a long can count
   */
  static Strides of(Shape shape, long[] steps) {
    int[] dims = shape.toArray();
    long[] packed = rowMajorSteps(dims);
    boolean empty = shape.size() == 0;
    boolean rowMajor = true;
    long last = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      // An axis of one element is never stepped along, so its stride says nothing.
      if (dims[axis] > 1 && !empty) {
        rowMajor &= steps[axis] == packed[axis];
        last = Math.addExact(last, Math.multiplyExact(dims[axis] - 1L, steps[axis]));
      }
    }
    return new Strides(dims, steps.clone(), empty ? 0 : Math.addExact(last, 1), rowMajor);
  }

  /** Elements from the first to the last in memory, both included; 0 for a tensor without any. */
  long reach() {
    return reach;
  }

  /** Whether element {@code i} in row-major counting is also the {@code i}th in memory. */
  boolean isRowMajor() {
    return rowMajor;
  }

  /** Fills {@code places} with where the elements from {@code from} on lie, row-major counting. */
  void places(long from, long[] places, int count) {
    int[] index = new int[dims.length];
    long rest = from;
    long place = 0;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = (int) (rest % dims[axis]);
      rest /= dims[axis];
      place += index[axis] * steps[axis];
    }
    for (int i = 0; i < count; i++) {
      places[i] = place;
      place += advance(index);
    }
  }

  /** Steps to the next element in row-major counting; gives the distance in memory. */
  private long advance(int[] index) {
    long distance = 0;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      if (++index[axis] < dims[axis]) {
        return distance + steps[axis];
      }
      distance -= (dims[axis] - 1L) * steps[axis];
      index[axis] = 0;
    }
    return distance;
  }

  private static long[] rowMajorSteps(int[] dims) {
    long[] steps = new long[dims.length];
    long step = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      steps[axis] = step;
      step *= Math.max(1, dims[axis]);
    }
    return steps;
  }

  @Override
  public String toString() {
    return Arrays.toString(steps);
  }
}
