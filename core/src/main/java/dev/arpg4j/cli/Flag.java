package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;

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

  /**
   * Whole numbers of 0 or more with commas between.
   *
   * @param words what they are
   */
  static List<Integer> numbers(String flag, String text, String words, int count) {
    String[] parts = text.split(",", -1);
    if (parts.length != count
        || !Arrays.stream(parts).allMatch(p -> p.strip().matches("\\d{1,9}"))) {
      throw new InvalidInputException(
          "%s %s: expected %s, whole numbers of 0 or more".formatted(flag, text, words));
    }
    return Arrays.stream(parts).map(part -> Integer.valueOf(part.strip())).toList();
  }
}
