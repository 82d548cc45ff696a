package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.Arrays;
import java.util.stream.IntStream;

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

  /** How far an axis of a tensor goes that has as many axes as are said. */
  int extent(String name, int axis, int rank) {
    StoredTensor stored = file.tensor(name);
    if (stored.shape().rank() != rank || stored.shape().dim(axis) < 1) {
      throw misshapen(name, stored.shape(), rank + " axes of 1 or more");
    }
    return stored.shape().dim(axis);
  }

  /** Ids or cells, 0 .. end-1, [rows, columns]. */
  int[][] below(int end, String name, int rows, int columns) {
    int[][] all = ints(name, rows, columns);
    Arrays.stream(all).forEach(row -> checkBelow(end, name, row));
    return all;
  }

  /** Class labels, one for each image. */
  int[] classes(Network network) {
    int[] labels = flatInts("classes", extent("classes", 0, 1));
    checkBelow(network.classes(), "classes", labels);
    return labels;
  }

  private void checkBelow(int end, String name, int[] values) {
    for (int value : values) {
      if (value < 0 || value >= end) {
        throw new InvalidInputException(
            "%s: tensor %s has %d, expected 0 .. %d".formatted(file.path(), name, value, end - 1));
      }
    }
  }

  /**
   * The orders that a file gives, one for each image or one for all; raster order if none. Each has
   * every cell once.
   */
  int[][] orders(Network network, int images) {
    int places = network.places();
    int[] raster = IntStream.range(0, places).toArray();
    int[][] orders = new int[images][];
    if (file.tensors().containsKey("orders")) {
      orders = ints("orders", images, places);
    } else if (file.tensors().containsKey("order")) {
      Arrays.fill(orders, flatInts("order", places));
    } else {
      Arrays.fill(orders, raster);
    }
    for (int[] order : orders) {
      if (!Arrays.equals(IntStream.of(order).sorted().toArray(), raster)) {
        throw new InvalidInputException(
            "%s: order: expected each of the %d cells once".formatted(file.path(), places));
      }
    }
    return orders;
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
