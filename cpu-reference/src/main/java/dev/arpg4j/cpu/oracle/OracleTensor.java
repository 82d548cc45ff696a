package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** A shape over a {@code double[]} (F64) or an {@code int[]} (I32). */
final class OracleTensor implements Tensor {
  private final Shape shape;
  private final DType dtype;
  private final ScopeStack.Lease<Object> lease;

  OracleTensor(Shape shape, DType dtype, ScopeStack.Lease<Object> lease) {
    this.shape = shape;
    this.dtype = dtype;
    this.lease = lease;
  }

  /**
   * This backend's view of an operand.
   *
   * @throws IllegalArgumentException if another backend made it
   */
  static OracleTensor of(Tensor tensor) {
    if (tensor instanceof OracleTensor own) {
      return own;
    }
    throw new IllegalArgumentException(
        "a %s was given to the oracle: tensors stay with the backend that made them"
            .formatted(tensor.getClass().getSimpleName()));
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  ScopeStack.Lease<Object> lease() {
    return lease;
  }

  /** The values themselves, a {@code double[]} or an {@code int[]}; ops do not write to them. */
  Object array() {
    return lease.buffer();
  }

  /** The values themselves; ops do not write to them. */
  double[] reals() {
    if (dtype == DType.I32) {
      throw new IllegalStateException("tensor " + shape + " is I32, expected " + DType.F64);
    }
    return (double[]) lease.buffer();
  }

  /** The values themselves; ops do not write to them. */
  int[] ints() {
    if (dtype != DType.I32) {
      throw new IllegalStateException("tensor " + shape + " is " + dtype + ", expected I32");
    }
    return (int[]) lease.buffer();
  }

  @Override
  public float[] toFloats() {
    double[] values = reals();
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public double[] toDoubles() {
    return reals().clone();
  }

  @Override
  public int[] toInts() {
    return ints().clone();
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
