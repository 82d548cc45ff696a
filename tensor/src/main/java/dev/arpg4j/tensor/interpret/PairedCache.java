package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A cache of {@link Comparing}: one of each backend, both fed with the leader's rows.
 *
 * @param toFollower the leader's tensor as one of the follower's
 */
record PairedCache(KvCache leader, KvCache follower, UnaryOperator<Tensor> toFollower)
    implements KvCache {
  /**
   * The pair behind a handle.
   *
   * @throws IllegalArgumentException if it is not one of a comparison
   */
  static PairedCache of(KvCache cache) {
    if (cache instanceof PairedCache pair) {
      return pair;
    }
    throw new IllegalArgumentException(
        "a cache was made by one backend; make it through the comparison");
  }

  @Override
  public int batch() {
    return leader.batch();
  }

  @Override
  public int heads() {
    return leader.heads();
  }

  @Override
  public int headDim() {
    return leader.headDim();
  }

  @Override
  public int capacity() {
    return leader.capacity();
  }

  @Override
  public int length() {
    return leader.length();
  }

  @Override
  public Tensor keys() {
    return leader.keys();
  }

  @Override
  public Tensor values() {
    return leader.values();
  }

  @Override
  public void truncate(int length) {
    leader.truncate(length);
    follower.truncate(length);
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    leader.replace(from, k, v);
    follower.replace(from, toFollower.apply(k), toFollower.apply(v));
  }

  @Override
  public void permute(int[] order) {
    leader.permute(order);
    follower.permute(order);
  }
}
