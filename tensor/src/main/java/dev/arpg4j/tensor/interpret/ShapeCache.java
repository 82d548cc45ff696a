package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** A cache of {@link Shapes}: how many rows it holds. */
final class ShapeCache implements KvCache {
  private final Shapes backend;
  private final int batch;
  private final int capacity;
  private final int heads;
  private final int headDim;
  private int length;

  ShapeCache(Shapes backend, int batch, int capacity, int heads, int headDim) {
    this.backend = backend;
    this.batch = batch;
    this.capacity = capacity;
    this.heads = heads;
    this.headDim = headDim;
  }

  void grow(int rows) {
    length += rows;
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
    return backend.made(Shape.of(batch, length, heads * headDim));
  }

  @Override
  public Tensor values() {
    return keys();
  }

  @Override
  public void truncate(int length) {
    if (length < 0 || length > this.length) {
      throw new IllegalArgumentException(
          "truncate: to %d of a cache that holds %d rows".formatted(length, this.length));
    }
    this.length = length;
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    OpShapes.replace(this, from, k, v);
  }

  @Override
  public void permute(int[] order) {
    OpShapes.permute(this, order);
  }
}
