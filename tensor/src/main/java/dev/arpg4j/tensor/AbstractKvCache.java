package dev.arpg4j.tensor;

/** What every cache knows of itself, wherever its rows are: its extents, and how many it holds. */
public abstract class AbstractKvCache implements KvCache {
  private final int batch;
  private final int capacity;
  private final int heads;
  private final int headDim;
  private int length;

  /** An empty cache. */
  protected AbstractKvCache(int batch, int capacity, int heads, int headDim) {
    this.batch = batch;
    this.capacity = capacity;
    this.heads = heads;
    this.headDim = headDim;
  }

  @Override
  public final int batch() {
    return batch;
  }

  @Override
  public final int heads() {
    return heads;
  }

  @Override
  public final int headDim() {
    return headDim;
  }

  @Override
  public final int capacity() {
    return capacity;
  }

  @Override
  public final int length() {
    return length;
  }

  /** H·d, the entries of a row of keys or of values. */
  public final int width() {
    return heads * headDim;
  }

  /** Says how many rows are held now, after some were written or forgotten. */
  protected final void holds(int rows) {
    length = rows;
  }

  @Override
  public void truncate(int rows) {
    if (rows < 0 || rows > length) {
      throw new IllegalArgumentException(
          "truncate: to %d of a cache that holds %d rows".formatted(rows, length));
    }
    length = rows;
  }
}
