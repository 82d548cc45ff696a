package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** A cache in panels, of which rows 0 .. length-1 are held. */
final class VectorKvCache implements KvCache {
  private final VectorBackend backend;
  private final Lease<Object> keys;
  private final Lease<Object> values;
  private final KvPanels panels;
  private int length;

  VectorKvCache(VectorBackend backend, int batch, int capacity, int heads, int headDim) {
    this.backend = backend;
    this.keys = backend.lease(KvPanels.keysSize(batch, capacity, heads, headDim));
    this.values = backend.lease(KvPanels.valuesSize(batch, capacity, heads, headDim));
    this.panels =
        new KvPanels(
            (float[]) keys.buffer(), (float[]) values.buffer(), batch, capacity, heads, headDim);
  }

  /**
   * The rows, for reading and writing.
   *
   * @throws IllegalStateException if the cache's scope is closed
   */
  KvPanels panels() {
    keys.buffer();
    return panels;
  }

  @Override
  public int batch() {
    return panels.batch();
  }

  @Override
  public int heads() {
    return panels.heads();
  }

  @Override
  public int headDim() {
    return panels.headDim();
  }

  @Override
  public int capacity() {
    return panels.capacity();
  }

  @Override
  public int length() {
    return length;
  }

  private int width() {
    return heads() * headDim();
  }

  @Override
  public Tensor keys() {
    VectorTensor copy = backend.result(Shape.of(batch(), length, width()));
    panels().readKeys(length, copy.floats());
    return copy;
  }

  @Override
  public Tensor values() {
    VectorTensor copy = backend.result(Shape.of(batch(), length, width()));
    panels().readValues(length, copy.floats());
    return copy;
  }

  /** Adds rows whose shapes and number were checked. */
  void append(VectorTensor k, VectorTensor v) {
    backend.write(this, length, k, v);
    length += k.shape().dim(1);
  }

  @Override
  public void truncate(int rows) {
    if (rows < 0 || rows > length) {
      throw new IllegalArgumentException(
          "truncate: to %d of a cache that holds %d rows".formatted(rows, length));
    }
    length = rows;
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    OpShapes.replace(this, from, k, v);
    backend.write(this, from, backend.own(k), backend.own(v));
  }

  @Override
  public void permute(int[] order) {
    OpShapes.permute(this, order);
    try (var scope = backend.scope()) {
      Tensor index = backend.ints(Shape.of(length), order);
      Tensor k = backend.gather(keys(), index);
      Tensor v = backend.gather(values(), index);
      backend.write(this, 0, backend.own(k), backend.own(v));
    }
  }
}
