package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;

/** One learned tensor: its published name, its shape, and how the model reads it. */
public record Parameter(String name, Shape shape, Weight.Use use) {
  /** A table of {@code rows} rows. */
  public static Parameter table(String name, int rows, int dim) {
    return new Parameter(name, Shape.of(rows, dim), Weight.Use.ROWS);
  }

  /** A linear map. */
  public static Parameter map(String name, int out, int in) {
    return new Parameter(name, Shape.of(out, in), Weight.Use.PANELS);
  }

  /** A norm scale or a bias. */
  public static Parameter vector(String name, int size) {
    return new Parameter(name, Shape.of(size), Weight.Use.ROWS);
  }
}
