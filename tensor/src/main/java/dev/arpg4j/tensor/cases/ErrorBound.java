package dev.arpg4j.tensor.cases;

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

  /** absolute[row] + relative · |expected|, in rows of {@code width} entries. */
  static ErrorBound perRow(double[] absolute, int width, double relative) {
    return (index, expected, found) -> absolute[index / width] + relative * Math.abs(expected);
  }
}
