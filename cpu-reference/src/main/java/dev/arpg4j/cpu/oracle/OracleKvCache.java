package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.AbstractKvCache;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** Keys and values as two arrays [B, capacity, H·d], of which rows 0 .. length-1 are held. */
final class OracleKvCache extends AbstractKvCache {
  private final OracleMemory backend;
  private final ScopeStack.Lease<Object> keys;
  private final ScopeStack.Lease<Object> values;

  OracleKvCache(OracleMemory backend, int batch, int capacity, int heads, int headDim) {
    super(batch, capacity, heads, headDim);
    int size = Math.toIntExact(Shape.of(batch, capacity, heads, headDim).size());
    this.backend = backend;
    this.keys = backend.own(new double[size]);
    this.values = backend.own(new double[size]);
  }

  static OracleKvCache of(KvCache cache) {
    if (cache instanceof OracleKvCache own) {
      return own;
    }
    throw new IllegalArgumentException("a cache of another backend was given to the oracle");
  }

  @Override
  public Tensor keys() {
    return held(keys);
  }

  @Override
  public Tensor values() {
    return held(values);
  }

  private Tensor held(ScopeStack.Lease<Object> rows) {
    int run = length() * width();
    double[] copy = new double[batch() * run];
    for (int b = 0; b < batch(); b++) {
      System.arraycopy(rows.buffer(), b * capacity() * width(), copy, b * run, run);
    }
    return backend.reals(Shape.of(batch(), length(), width()), copy);
  }

  void append(OracleTensor k, OracleTensor v) {
    write(length(), k, v);
    holds(length() + k.shape().dim(1));
  }

  private void write(int from, OracleTensor k, OracleTensor v) {
    int run = k.shape().dim(1) * width();
    for (int b = 0; b < batch(); b++) {
      int at = (b * capacity() + from) * width();
      System.arraycopy(k.reals(), b * run, keys.buffer(), at, run);
      System.arraycopy(v.reals(), b * run, values.buffer(), at, run);
    }
  }

  @Override
  public void replace(int from, Tensor k, Tensor v) {
    OpShapes.replace(this, from, k, v);
    write(from, OracleTensor.of(k), OracleTensor.of(v));
  }

  @Override
  public void permute(int[] order) {
    OpShapes.permute(this, order);
    reorder((double[]) keys.buffer(), order);
    reorder((double[]) values.buffer(), order);
  }

  private void reorder(double[] rows, int[] order) {
    double[] old = rows.clone();
    for (int b = 0; b < batch(); b++) {
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(
            old,
            (b * capacity() + order[i]) * width(),
            rows,
            (b * capacity() + i) * width(),
            width());
      }
    }
  }
}
