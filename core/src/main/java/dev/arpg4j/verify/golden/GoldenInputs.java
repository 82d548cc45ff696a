package dev.arpg4j.verify.golden;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.Arrays;

/**
 * Reads one golden file, and refuses in one line that names it what has another shape or is no
 * number.
 */
record GoldenInputs(TensorFile file) {
  /** Whole numbers, whatever their number. */
  int[] ints(String name) {
    StoredTensor stored = file.tensor(name);
    if (stored.shape().rank() != 1) {
      throw misshapen(name, stored.shape(), "one axis");
    }
    return stored.readInts();
  }

  /** Whole numbers [rows, columns]. */
  int[][] ints(String name, int rows, int columns) {
    int[] flat = shaped(name, Shape.of(rows, columns)).readInts();
    int[][] cut = new int[rows][];
    for (int i = 0; i < rows; i++) {
      cut[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return cut;
  }

  /** Whole numbers of the given extents, one axis after another. */
  int[] flatInts(String name, int... extents) {
    return shaped(name, Shape.of(extents)).readInts();
  }

  /** Numbers of the given extents. */
  double[] doubles(String name, int... extents) {
    return shaped(name, Shape.of(extents)).readDoubles();
  }

  /** An entry of the metadata. */
  double number(String key, double otherwise) {
    String text = file.metadata().get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "%s: metadata %s is %s, expected a number".formatted(file.path(), key, text), e);
    }
  }

  /** An entry of the metadata without a fraction. */
  int wholeNumber(String key, int otherwise) {
    double value = number(key, otherwise);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "%s: metadata %s is %s, expected a whole number".formatted(file.path(), key, value));
    }
    return (int) value;
  }

  private StoredTensor shaped(String name, Shape expected) {
    StoredTensor stored = file.tensor(name);
    if (!stored.shape().equals(expected)) {
      throw misshapen(name, stored.shape(), expected.toString());
    }
    return stored;
  }

  private InvalidInputException misshapen(String name, Shape found, String expected) {
    return new InvalidInputException(
        "%s: tensor %s has shape %s, expected %s".formatted(file.path(), name, found, expected));
  }
}
