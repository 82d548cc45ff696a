package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;

/**
 * One learned tensor: its published name, its shape, how the model reads it, and what training
 * begins with.
 */
public record Parameter(String name, Shape shape, Weight.Use use, Start start) {
  /** The values before the first step of training. */
  public enum Start {
    /** N(0, σ²). */
    NORMAL,
    /** N(0, 1/in) of a map from {@code in} values: rows come out about as long as they go in. */
    FAN_IN,
    ONE,
    ZERO
  }

  /** Norm scales begin at 1, biases at 0, maps and tables at random. */
  public Parameter(String name, Shape shape, Weight.Use use) {
    this(
        name,
        shape,
        use,
        shape.rank() > 1 ? Start.NORMAL : name.endsWith("bias") ? Start.ZERO : Start.ONE);
  }

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

  /** The same where its paper begins with zeros. */
  public Parameter fromZero() {
    return from(Start.ZERO);
  }

  /** The same with another beginning. */
  Parameter from(Start newStart) {
    return new Parameter(name, shape, use, newStart);
  }
}
