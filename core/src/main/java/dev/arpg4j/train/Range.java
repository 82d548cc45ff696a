package dev.arpg4j.train;

import dev.arpg4j.tensor.InvalidInputException;

/** Where the numbers of a recipe have to lie. */
final class Range {
  private Range() {}

  /** From low to high, both included. */
  static void closed(String field, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new InvalidInputException(
          "%s %s: expected %s .. %s".formatted(field, plain(value), plain(low), plain(high)));
    }
  }

  /** From low, included, to high, which is not. */
  static void halfOpen(String field, double value, double low, double high) {
    if (!(value >= low && value < high)) {
      throw new InvalidInputException(
          "%s %s: expected %s or more and below %s"
              .formatted(field, plain(value), plain(low), plain(high)));
    }
  }

  /** 0 or more, and finite. */
  static void notNegative(String field, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new InvalidInputException("%s %s: expected 0 or more".formatted(field, plain(value)));
    }
  }

  /** 1 or more. */
  static void positive(String field, int value) {
    if (value < 1) {
      throw new InvalidInputException("%s %d: expected 1 or more".formatted(field, value));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
