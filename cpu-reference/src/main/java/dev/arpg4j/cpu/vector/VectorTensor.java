package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;

/**
 * Row-major values in a pooled array, from an offset on: several tensors may be views of one array,
 * which lives as long as its lease.
 */
final class VectorTensor implements Tensor {
  private final Shape shape;
  private final DType dtype;
  private final Lease<Object> lease;
  private final int offset;
  private final int size;

  VectorTensor(Shape shape, DType dtype, Lease<Object> lease, int offset) {
    this.shape = shape;
    this.dtype = dtype;
    this.lease = lease;
    this.offset = offset;
    this.size = Math.toIntExact(shape.size());
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  Lease<Object> lease() {
    return lease;
  }

  /** Where the values start in {@link #floats} or {@link #ints}. */
  int offset() {
    return offset;
  }

  int size() {
    return size;
  }

  /** Other extents over the same array, starting {@code skip} elements further on. */
  VectorTensor view(Shape viewed, int skip) {
    return new VectorTensor(viewed, dtype, lease, offset + skip);
  }

  /** The array itself. */
  float[] floats() {
    if (dtype == DType.I32) {
      throw new IllegalStateException("an I32 tensor " + shape + " read as floats");
    }
    return (float[]) lease.buffer();
  }

  /** The array itself. */
  int[] ints() {
    if (dtype != DType.I32) {
      throw new IllegalStateException("a tensor " + shape + " of " + dtype + " read as ints");
    }
    return (int[]) lease.buffer();
  }

  /** The array itself, whatever its type, to copy from. */
  Object array() {
    return lease.buffer();
  }

  /** Overwrites the values. */
  void assign(double... values) {
    requireKind(dtype != DType.I32);
    VectorMemory.requireCount("assign", shape, values.length);
    float[] floats = floats();
    for (int i = 0; i < values.length; i++) {
      floats[offset + i] = (float) values[i];
    }
  }

  /** Overwrites the values of an I32 tensor. */
  void assign(int... values) {
    requireKind(dtype == DType.I32);
    VectorMemory.requireCount("assign", shape, values.length);
    System.arraycopy(values, 0, ints(), offset, values.length);
  }

  private void requireKind(boolean fits) {
    if (!fits) {
      throw new IllegalArgumentException(
          "assign: a constant %s is %s, and the values are not".formatted(shape, dtype));
    }
  }

  @Override
  public float[] toFloats() {
    return Arrays.copyOfRange(floats(), offset, offset + size);
  }

  @Override
  public double[] toDoubles() {
    float[] values = floats();
    double[] result = new double[size];
    for (int i = 0; i < size; i++) {
      result[i] = values[offset + i];
    }
    return result;
  }

  @Override
  public int[] toInts() {
    return Arrays.copyOfRange(ints(), offset, offset + size);
  }

  @Override
  public String toString() {
    return "VectorTensor" + shape + " " + dtype;
  }
}
