package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;

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
    Shape shape = k.shape();
    boolean fits =
        shape.rank() == 3
            && shape.dim(0) == batch()
            && shape.dim(2) == width()
            && v.shape().equals(shape);
    if (!fits) {
      throw new IllegalArgumentException(
          "replace: k %s and v %s, expected both [%d, n, %d]"
              .formatted(shape, v.shape(), batch(), width()));
    }
    if (from < 0 || from + shape.dim(1) > length) {
      throw new IllegalArgumentException(
          "replace: rows %d..%d of a cache that holds %d rows"
              .formatted(from, from + shape.dim(1) - 1, length));
    }
    backend.write(this, from, backend.own(k), backend.own(v));
  }

  @Override
  public void permute(int[] order) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    boolean permutation = sorted.length == length;
    for (int i = 0; permutation && i < length; i++) {
      permutation = sorted[i] == i;
    }
    if (!permutation) {
      throw new IllegalArgumentException(
          "permute: %s is no permutation of the %d rows held"
              .formatted(Arrays.toString(order), length));
    }
    try (var scope = backend.scope()) {
      Tensor index = backend.ints(Shape.of(length), order);
      Tensor k = backend.gather(keys(), index);
      Tensor v = backend.gather(values(), index);
      backend.write(this, 0, backend.own(k), backend.own(v));
    }
  }
}
