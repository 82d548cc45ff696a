package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Positions;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.AbstractKvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Tensor;

/**
 * Keys and values, each [B, capacity, H·d] of the compute type in one block, of which rows 0 ..
 * length-1 are held.
 */
final class CudaKvCache extends AbstractKvCache {
  private final CudaBackend backend;
  private final Lease<DeviceBlock> lease;
  private final long valuesOffset;

  CudaKvCache(CudaBackend backend, int batch, int capacity, int heads, int headDim) {
    super(batch, capacity, heads, headDim);
    this.backend = backend;
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
    return (long) capacity() * width();
  }

  /** Says how many rows it holds now: kernels wrote them, or a replay did. */
  void nowHolds(int rows) {
    holds(rows);
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
    storage().own(this);
    super.truncate(rows);
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
