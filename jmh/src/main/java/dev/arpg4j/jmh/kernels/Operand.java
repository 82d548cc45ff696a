package dev.arpg4j.jmh.kernels;

import dev.arpg4j.tensor.cases.Magnitude;

/**
 * Numbers on the device that the host knows without reading them back.
 *
 * @param size in entries
 * @param values each entry as the device has it
 */
record Operand(long address, long size, Kind kind, Values values) {
  /** How an entry is held. */
  enum Kind {
    F32(4),
    BF16(2),
    I32(4);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /** A number for each place. */
  @FunctionalInterface
  interface Values {
    double at(long place);
  }

  /** On the device. */
  long bytes() {
    return size * kind.bytes();
  }

  /** The address of an entry. */
  long address(long place) {
    return address + place * kind.bytes();
  }

  /** Neighbouring entries. */
  double[] range(long from, int count) {
    double[] range = new double[count];
    for (int i = 0; i < count; i++) {
      range[i] = values.at(from + i);
    }
    return range;
  }

  /** All entries; for small operands. */
  double[] all() {
    return range(0, Math.toIntExact(size));
  }

  /** Whole rows, one after the other. */
  double[] rows(int width, int... rows) {
    double[] picked = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(range((long) rows[i] * width, width), 0, picked, i * width, width);
    }
    return picked;
  }

  /** The first entries of each of the first rows of {@code width}. */
  double[] firsts(int rows, int width, int count) {
    double[] some = new double[rows * count];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(range((long) row * width, count), 0, some, row * count, count);
    }
    return some;
  }

  /** All entries as integers; for small operands. */
  int[] integers() {
    int[] integers = new int[Math.toIntExact(size)];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (int) values.at(i);
    }
    return integers;
  }

  /** How large the rows of {@code numbers} are. */
  static Magnitude sizes(double[] numbers, int width) {
    return Magnitude.ofRows(numbers, width);
  }
}
