package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.WeightSource;

/** Row-major values of a weight, in one of its storages; they may be read like a source's. */
sealed interface TableRows extends WeightSource.Reader {
  /** Replaces {@code count} values from {@code to} on. */
  void put(int to, float[] from, int offset, int count);

  @Override
  default void close() {}

  @Override
  default void read(long from, double[] to, int offset, int count) {
    float[] values = new float[count];
    read(from, values, 0, count);
    for (int i = 0; i < count; i++) {
      to[offset + i] = values[i];
    }
  }

  /** Values as float32, rounded to bfloat16 first if {@code rounded}. */
  record FloatRows(float[] values, boolean rounded) implements TableRows {
    @Override
    public void put(int to, float[] from, int offset, int count) {
      System.arraycopy(from, offset, values, to, count);
      for (int i = to; rounded && i < to + count; i++) {
        values[i] = Bf16.widen(Bf16.narrow(values[i]));
      }
    }

    @Override
    public void read(long from, float[] to, int offset, int count) {
      System.arraycopy(values, Math.toIntExact(from), to, offset, count);
    }
  }

  /** Values as bfloat16. */
  record HalfRows(short[] values) implements TableRows {
    @Override
    public void put(int to, float[] from, int offset, int count) {
      for (int i = 0; i < count; i++) {
        values[to + i] = Bf16.narrow(from[offset + i]);
      }
    }

    @Override
    public void read(long from, float[] to, int offset, int count) {
      int start = Math.toIntExact(from);
      for (int i = 0; i < count; i++) {
        to[offset + i] = Bf16.widen(values[start + i]);
      }
    }
  }
}
