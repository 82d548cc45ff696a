package dev.arpg4j.tensor.cases;

import java.util.List;

/** How far two results of one op may part: tolerance as data, one number for each entry. */
@FunctionalInterface
public interface ErrorBound {
  /**
   * The largest |found - expected| that rounding explains.
   *
   * @param index of the entry, row-major
   */
  double allowed(int index, double expected, double found);

  /** No difference at all. */
  static ErrorBound exact() {
    return (index, expected, found) -> 0;
  }

  /** The same for all entries: absolute + relative · |expected|. */
  static ErrorBound of(double absolute, double relative) {
    return (index, expected, found) -> absolute + relative * Math.abs(expected);
  }

  /**
   * Results written one after the other: the first {@code size} entries under the first bound, the
   * next under the second, and so on.
   */
  static ErrorBound joined(int size, List<ErrorBound> parts) {
    return (index, expected, found) ->
        parts.get(index / size).allowed(index % size, expected, found);
  }

  /** As {@link #joined(int, List)}, each part with a size of its own. */
  static ErrorBound joined(List<Integer> sizes, List<ErrorBound> parts) {
    return (index, expected, found) -> {
      int part = 0;
      int within = index;
      while (within >= sizes.get(part)) {
        within -= sizes.get(part++);
      }
      return parts.get(part).allowed(within, expected, found);
    };
  }

  /** absolute[row] + relative · |expected|, in rows of {@code width} entries. */
  static ErrorBound perRow(double[] absolute, int width, double relative) {
    return (index, expected, found) -> absolute[index / width] + relative * Math.abs(expected);
  }
}
