package dev.arpg4j.cuda;

import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Row-major values in a block of device memory, from an offset on: several tensors may be views of
 * one block, which lives as long as its lease. Float32, bfloat16 or int32; a backend that computes
 * in bfloat16 has float32 tensors too: its constants, and results that are read as numbers.
 */
final class CudaTensor implements Tensor {
  private final Storage storage;
  private final Shape shape;
  private final DType dtype;
  private final Lease<DeviceBlock> lease;
  private final long offset;
  private final long size;

  /**
   * @param offset in bytes
   */
  CudaTensor(Storage storage, Shape shape, DType dtype, Lease<DeviceBlock> lease, long offset) {
    this.storage = storage;
    this.shape = shape;
    this.dtype = dtype;
    this.lease = lease;
    this.offset = offset;
    this.size = shape.size();
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  Storage storage() {
    return storage;
  }

  Lease<DeviceBlock> lease() {
    return lease;
  }

  /** The number of elements. */
  long size() {
    return size;
  }

  long bytes() {
    return size * dtype.bytes();
  }

  /**
   * Where the first element is on the device.
   *
   * @throws IllegalStateException if the tensor's scope is closed
   */
  long address() {
    return lease.buffer().address() + offset;
  }

  /** Other extents over the same block, starting {@code skip} elements further on. */
  CudaTensor view(Shape viewed, long skip) {
    return new CudaTensor(storage, viewed, dtype, lease, offset + skip * dtype.bytes());
  }

  @Override
  public float[] toFloats() {
    return switch (dtype) {
      case F32 -> {
        float[] values = new float[Math.toIntExact(size)];
        storage.download(this, MemorySegment.ofArray(values));
        yield values;
      }
      case BF16 -> {
        short[] halves = new short[Math.toIntExact(size)];
        storage.download(this, MemorySegment.ofArray(halves));
        float[] values = new float[halves.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = Bf16.widen(halves[i]);
        }
        yield values;
      }
      default ->
          throw new IllegalStateException("a tensor " + shape + " of " + dtype + " read as floats");
    };
  }

  @Override
  public double[] toDoubles() {
    float[] floats = toFloats();
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  @Override
  public int[] toInts() {
    if (dtype != DType.I32) {
      throw new IllegalStateException("a tensor " + shape + " of " + dtype + " read as ints");
    }
    int[] values = new int[Math.toIntExact(size)];
    storage.download(this, MemorySegment.ofArray(values));
    return values;
  }

  @Override
  public String toString() {
    return "CudaTensor" + shape + " " + dtype;
  }
}
