package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;

/**
 * One tensor of a {@link TensorFile}, at rest. Opening it maps its own byte range and nothing else;
 * closing the reader gives the range back at once. A reader belongs to the thread that opened it;
 * many readers may be open, in any threads.
 */
public final class StoredTensor implements WeightSource {
  private final MappedFile file;
  private final String name;
  private final ElementType type;
  private final Shape shape;
  private final long position;
  private final Strides strides;

  /**
   * @param position where the first element lies in the file, in bytes
   * @param strides how far apart neighbours along each axis lie
   */
  StoredTensor(
      MappedFile file, String name, ElementType type, Shape shape, long position, Strides strides) {
    this.file = file;
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.position = position;
    this.strides = strides;
  }

  @Override
  public String name() {
    return name;
  }

  /** How the elements lie in the file. */
  public ElementType type() {
    return type;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  /**
   * Opens the values. Floating-point values wider than asked for are rounded to the nearest float;
   * an integer that a float (or a double) cannot hold exactly is refused when it is read.
   *
   * @throws InvalidInputException if the element type is not readable, or the file has gone or
   *     changed its size
   */
  @Override
  public Reader open() {
    return mapped();
  }

  /**
   * All values as ints, row-major.
   *
   * @throws InvalidInputException if the elements are no integers, or one does not fit
   */
  public int[] readInts() {
    if (!type.integral()) {
      throw refused("holds " + type + "; expected integers (I16, I32 or I64)");
    }
    int[] values = new int[count()];
    try (MappedReader reader = mapped()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  /** All values as floats, row-major; see {@link #open()} for what is rounded and what refused. */
  public float[] readFloats() {
    float[] values = new float[count()];
    try (Reader reader = mapped()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  /** All values as doubles, row-major; see {@link #open()}. */
  public double[] readDoubles() {
    double[] values = new double[count()];
    try (Reader reader = mapped()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  @Override
  public String toString() {
    return name + " " + type + shape;
  }

  /** A refusal of what it holds, to be thrown: "PATH: tensor NAME what". */
  public InvalidInputException refused(String what) {
    return Refusal.of(file.path(), "tensor " + Refusal.name(name) + " " + what);
  }

  private MappedReader mapped() {
    if (!type.readable()) {
      throw refused("holds " + type + "; expected one of " + ElementType.readableNames());
    }
    return new MappedReader(this, file, position, strides);
  }

  private int count() {
    long size = shape.size();
    if (size > Integer.MAX_VALUE - 8) {
      throw refused("has " + size + " values, more than an array holds; read it in runs");
    }
    return (int) size;
  }
}
