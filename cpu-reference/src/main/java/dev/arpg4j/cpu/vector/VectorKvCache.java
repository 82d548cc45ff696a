package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.AbstractKvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** A cache in panels, of which rows 0 .. length-1 are held. */
final class VectorKvCache extends AbstractKvCache {
  private final VectorBackend backend;
  private final Lease<Object> keys;
  private final Lease<Object> values;
  private final KvPanels panels;

  VectorKvCache(VectorBackend backend, int batch, int capacity, int heads, int headDim) {
    super(batch, capacity, heads, headDim);
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
  public Tensor keys() {
    VectorTensor copy = backend.result(Shape.of(batch(), length(), width()));
    panels().readKeys(length(), copy.floats());
    return copy;
  }

  @Override
  public Tensor values() {
    VectorTensor copy = backend.result(Shape.of(batch(), length(), width()));
    panels().readValues(length(), copy.floats());
    return copy;
  }

  /** Adds rows whose shapes and number were checked. */
  void append(VectorTensor k, VectorTensor v) {
    backend.write(this, length(), k, v);
    holds(length() + k.shape().dim(1));
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
      Tensor index = backend.ints(Shape.of(length()), order);
      Tensor k = backend.gather(keys(), index);
      Tensor v = backend.gather(values(), index);
      backend.write(this, 0, backend.own(k), backend.own(v));
    }
  }
}
