package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;

/** A cache of {@link Checked}: hands out and takes checked tensors. */
record CheckedCache(KvCache behind, Checked checked) implements KvCache {
  @Override
  public int batch() {
    return behind.batch();
  }

  @Override
  public int heads() {
    return behind.heads();
  }

  @Override
  public int headDim() {
    return behind.headDim();
  }

  @Override
  public int capacity() {
    return behind.capacity();
  }

  @Override
  public int length() {
    return behind.length();
  }

  @Override
  public Tensor keys() {
    return checked.made(behind.keys(), "cache.keys");
  }

  @Override
  public Tensor values() {
    return checked.made(behind.values(), "cache.values");
  }

  @Override
  public void truncate(int length) {
    behind.truncate(length);
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    behind.replace(from, Checked.open("cache.replace", k), Checked.open("cache.replace", v));
  }

  @Override
  public void permute(int[] order) {
    behind.permute(order);
  }
}
