package dev.arpg4j.tensor;

/** The ops of {@link Ops} that give one number, or one distribution, for each row. */
public interface ReductionOps {
  /** Softmax of each row of [.., V]. */
  Tensor softmax(Tensor x);

  /**
   * The sum of each row.
   *
   * @param x [.., V]
   * @return [..]
   */
  Tensor sumRows(Tensor x);

  /**
   * The mean of all entries.
   *
   * @return [1]
   */
  Tensor mean(Tensor x);

  /**
   * −log softmax(row)[target] of each row, in nats.
   *
   * @param logits [.., V]
   * @param targets I32 [..], each in 0..V-1
   * @return [..]
   */
  Tensor crossEntropy(Tensor logits, Tensor targets);
}
