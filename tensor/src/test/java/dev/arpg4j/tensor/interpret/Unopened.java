package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;

/** A weight of which only the shape may be asked. */
record Unopened(String name, Shape shape) implements WeightSource {
  @Override
  public Reader open() {
    throw new AssertionError("a weight was opened");
  }
}
