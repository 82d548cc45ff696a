package dev.arpg4j.tensor;

import java.util.Objects;

/** A weight whose row-major values stand in an array. */
public final class ArraySource implements WeightSource {
  private final String name;
  private final Shape shape;
  private final double[] values;

  /**
   * Takes a copy of the values.
   *
   * @throws IllegalArgumentException if their number is not the shape's
   */
  public ArraySource(String name, Shape shape, double... values) {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "%s: %d values for shape %s".formatted(name, values.length, shape));
    }
    this.name = name;
    this.shape = shape;
    this.values = values.clone();
  }

  /** Reads a whole source, so that it no longer depends on its file. */
  public static ArraySource copyOf(WeightSource source) {
    double[] values = new double[Math.toIntExact(source.shape().size())];
    try (Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return new ArraySource(source.name(), source.shape(), values);
  }

  /** Reads an array itself, which is not to change meanwhile. */
  public static Reader reading(double[] values) {
    return new ArrayReader(values);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Reader open() {
    return new ArrayReader(values);
  }

  private record ArrayReader(double[] values) implements Reader {
    @Override
    public void read(long from, float[] to, int offset, int count) {
      int start = Math.toIntExact(from);
      Objects.checkFromIndexSize(start, count, values.length);
      for (int i = 0; i < count; i++) {
        to[offset + i] = (float) values[start + i];
      }
    }

    @Override
    public void read(long from, double[] to, int offset, int count) {
      System.arraycopy(values, Math.toIntExact(from), to, offset, count);
    }

    @Override
    public void close() {}
  }
}
