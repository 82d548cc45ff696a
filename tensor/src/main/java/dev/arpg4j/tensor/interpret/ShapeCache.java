package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.AbstractKvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** A cache of {@link Shapes}: how many rows it holds. */
final class ShapeCache extends AbstractKvCache {
  private final Shapes backend;

  ShapeCache(Shapes backend, int batch, int capacity, int heads, int headDim) {
    super(batch, capacity, heads, headDim);
    this.backend = backend;
  }

  void grow(int rows) {
    holds(length() + rows);
  }

  @Override
  public Tensor keys() {
    return backend.made(Shape.of(batch(), length(), width()));
  }

  @Override
  public Tensor values() {
    return keys();
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
