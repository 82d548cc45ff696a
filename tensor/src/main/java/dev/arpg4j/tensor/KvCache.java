package dev.arpg4j.tensor;

/**
 * Keys and values of the rows fed so far, one cache per attention layer (or one shared by all cross
 * layers), at a fixed capacity and address. Keys are stored as appended, that is already rotated,
 * so reading is a sum over rows and does not care about their order (VARIANTS.md 1.8). Rows are
 * aligned at the bottom right: row {@code i} of an append to {@code c} cached rows is cache row
 * {@code c + i}. The only mutable thing in the vocabulary; it grows through {@link Ops#append}.
 */
public interface KvCache {
  /** B, branches times images. */
  int batch();

  /** H. */
  int heads();

  /** d. */
  int headDim();

  /** The most rows it can hold. */
  int capacity();

  /** m, the rows it holds now. */
  int length();

  /** The cached keys as [B, m, H·d], in the calling thread's innermost scope. */
  Tensor keys();

  /** The cached values as [B, m, H·d], in the calling thread's innermost scope. */
  Tensor values();

  /**
   * Forgets all rows from {@code length} on.
   *
   * @throws IllegalArgumentException if it holds fewer rows
   */
  void truncate(int length);

  /**
   * Overwrites rows {@code from .. from + n - 1} with {@code k}, {@code v} [B, n, H·d].
   *
   * @throws IllegalArgumentException if those rows are not all held, or shapes do not fit
   */
  void replace(int from, Tensor k, Tensor v);

  /**
   * Reorders the rows, keys and values together: new row {@code i} is old row {@code order[i]}. No
   * decoder needs it; tests of permutation invariance do.
   *
   * @throws IllegalArgumentException if {@code order} is no permutation of the rows held
   */
  void permute(int[] order);
}
