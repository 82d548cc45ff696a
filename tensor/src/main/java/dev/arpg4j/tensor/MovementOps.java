package dev.arpg4j.tensor;

/** The ops of {@link Ops} that move entries and compute nothing, and the backward of one. */
public interface MovementOps {
  /**
   * Rows of a table: {@code y[.., :] = table[ids[..], :]}.
   *
   * @param table [R, D]
   * @param ids I32 of any shape, each in 0..R-1
   * @return [ids.., D]
   * @throws IndexOutOfBoundsException if an id is outside the table
   */
  Tensor embed(Weight table, Tensor ids);

  /**
   * Entries along axis 1 in another order: {@code y[b, i, ..] = x[b, index[b mod I, i], ..]}.
   *
   * @param x [B, m, ..], of the compute type or I32
   * @param index I32 [n] or [I, n], each in 0..m-1
   * @return [B, n, ..]
   * @throws IndexOutOfBoundsException if an index is outside
   */
  Tensor gather(Tensor x, Tensor index);

  /**
   * The backward of {@link #gather}: {@code y[b, index[b mod I, i], ..] += x[b, i, ..]} from zero.
   *
   * @param x [B, n, ..]
   * @param index I32 [n] or [I, n], each in 0..rows-1
   * @return [B, rows, ..]
   */
  Tensor scatterAdd(Tensor x, Tensor index, int rows);

  /**
   * Tensors of one type joined along {@code axis}; the other extents agree.
   *
   * @param axis 0 or more
   */
  Tensor concat(int axis, Tensor... parts);

  /**
   * The entries {@code from .. to-1} of {@code axis}.
   *
   * @param axis 0 or more
   */
  Tensor slice(Tensor x, int axis, int from, int to);

  /** The same values in the same order under another shape of the same size. */
  Tensor reshape(Tensor x, Shape shape);
}
