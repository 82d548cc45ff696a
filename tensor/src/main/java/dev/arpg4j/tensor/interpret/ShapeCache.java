package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
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
    require(length >= 0 && length <= this.length, "truncate to " + length);
    this.length = length;
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    require(k.shape().equals(v.shape()), "replace by keys " + k.shape() + ", values " + v.shape());
    Shape rows = Shape.of(batch, length, heads * headDim);
    require(
        k.shape().rank() == 3 && k.shape().with(1, length).equals(rows),
        "replace by rows " + k.shape());
    require(
        from >= 0 && from + k.shape().dim(1) <= length,
        "replace " + from + ".." + (from + k.shape().dim(1)));
  }

  @Override
  public void permute(int[] order) {
    boolean[] seen = new boolean[length];
    require(order.length == length, "permute " + order.length + " rows");
    for (int row : order) {
      require(row >= 0 && row < length && !seen[row], "permute: row " + row);
      seen[row] = true;
    }
  }

  private void require(boolean fits, String what) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: the cache holds [%d, %d, %d]".formatted(what, batch, length, heads * headDim));
    }
  }
}
