package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;

/** What flags of several commands have in common. */
final class Flag {
  private Flag() {}

  /** A number that has to be 1 or more. */
  static int positive(String flag, int value) {
    if (value < 1) {
      throw new InvalidInputException(flag + " " + value + ": expected 1 or more");
    }
    return value;
  }
}
