package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Positions;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Tensor;

/**
 * Keys and values, each [B, capacity, H·d] of the compute type in one block, of which rows 0 ..
 * length-1 are held.
 */
final class CudaKvCache implements KvCache {
  private final CudaBackend backend;
  private final int batch;
  private final int capacity;
  private final int heads;
  private final int headDim;
  private final Lease<DeviceBlock> lease;
  private final long valuesOffset;
  private int length;

  CudaKvCache(CudaBackend backend, int batch, int capacity, int heads, int headDim) {
    this.backend = backend;
    this.batch = batch;
    this.capacity = capacity;
    this.heads = heads;
    this.headDim = headDim;
    long bytes = (long) batch * batchStride() * backend.storage().element().bytes();
    this.valuesOffset = CudaWeight.aligned(bytes);
    this.lease = backend.storage().lease(valuesOffset + bytes);
  }

  Storage storage() {
    return backend.storage();
  }

  Lease<DeviceBlock> lease() {
    return lease;
  }

  /**
   * The rows from {@code from} on, for kernels.
   *
   * @throws IllegalStateException if the cache's scope is closed
   */
  Positions.CacheRows rows(int from) {
    long address = lease.buffer().address();
    return new Positions.CacheRows(address, address + valuesOffset, batchStride(), from);
  }

  /** Elements from a sequence to the next. */
  long batchStride() {
    return (long) capacity * width();
  }

  int width() {
    return heads * headDim;
  }

  /** Says how many rows it holds now. */
  void holds(int rows) {
    length = rows;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public int heads() {
    return heads;
  }

  @Override
  public int headDim() {
    return headDim;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public Tensor keys() {
    return backend.attention().copyOfRows(this, rows(0).keys());
  }

  @Override
  public Tensor values() {
    return backend.attention().copyOfRows(this, rows(0).values());
  }

  @Override
  public void truncate(int rows) {
    if (rows < 0 || rows > length) {
      throw new IllegalArgumentException(
          "truncate: to %d of a cache that holds %d rows".formatted(rows, length));
    }
    storage().own(this);
    length = rows;
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    OpShapes.replace(this, from, k, v);
    backend.write(this, from, k, v);
  }

  @Override
  public void permute(int[] order) {
    OpShapes.permute(this, order);
    backend.permute(this, order);
  }
}
