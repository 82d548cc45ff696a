package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * A tensor of {@link Shapes}.
 *
 * @param integers the values of an I32 tensor, changed by {@link #assign} alone; empty for the
 *     compute type
 */
record ShapeTensor(ScopeStack.Lease<Shape> lease, DType dtype, int[] integers) implements Tensor {
  @Override
  public Shape shape() {
    return lease.buffer();
  }

  void assign(int... values) {
    size(true);
    System.arraycopy(values, 0, integers, 0, values.length);
  }

  @Override
  public float[] toFloats() {
    return new float[size(false)];
  }

  @Override
  public double[] toDoubles() {
    return new double[size(false)];
  }

  @Override
  public int[] toInts() {
    size(true);
    return integers.clone();
  }

  private int size(boolean asIntegers) {
    if (asIntegers != (dtype == DType.I32)) {
      throw new IllegalStateException("the tensor is " + dtype);
    }
    return Math.toIntExact(shape().size());
  }
}
