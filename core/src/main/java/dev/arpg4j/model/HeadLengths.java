package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;

/**
 * What each head's queries are multiplied by, as a row of all heads: {@code exp(min(learned, ln
 * 100))}, once for each of a head's entries (VARIANTS.md 4.5).
 *
 * @param learned H values of any shape
 */
record HeadLengths(WeightSource learned, int headDim) implements WeightSource {
  /** ln 100, before the exponential. */
  static final double LONGEST = Math.log(100);

  @Override
  public String name() {
    return learned.name();
  }

  @Override
  public Shape shape() {
    return Shape.of(1, Math.toIntExact(learned.shape().size()) * headDim);
  }

  @Override
  public Reader open() {
    return new LengthReader(learned.open(), headDim);
  }

  private record LengthReader(Reader learned, int headDim) implements Reader {
    @Override
    public void read(long from, float[] to, int offset, int count) {
      for (int i = 0; i < count; i++) {
        to[offset + i] = (float) length(from + i);
      }
    }

    @Override
    public void read(long from, double[] to, int offset, int count) {
      for (int i = 0; i < count; i++) {
        to[offset + i] = length(from + i);
      }
    }

    private double length(long element) {
      double[] one = new double[1];
      learned.read(element / headDim, one, 0, 1);
      return Math.exp(Math.min(one[0], LONGEST));
    }

    @Override
    public void close() {
      learned.close();
    }
  }
}
