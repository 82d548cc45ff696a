package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;

/** A weight of {@link Shapes}: all but the values. */
final class ShapeWeight implements Weight {
  private final String name;
  private final Shape shape;
  private final DType storage;
  private long version;

  ShapeWeight(String name, Shape shape, DType storage) {
    this.name = name;
    this.shape = shape;
    this.storage = storage;
  }

  void assign(WeightSource source) {
    if (!source.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "assign: %s is %s, the source is %s".formatted(name, shape, source.shape()));
    }
    version++;
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
  public DType storage() {
    return storage;
  }

  @Override
  public long version() {
    return version;
  }
}
