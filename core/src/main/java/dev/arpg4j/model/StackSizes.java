package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;

/** What the sizes of every stack of blocks have to be. */
final class StackSizes {
  private StackSizes() {}

  /**
   * Checks them.
   *
   * @throws InvalidInputException saying which size was expected to be what
   */
  static void check(
      int dim, int heads, int layers, int inner, int vocabulary, int classes, double normEpsilon) {
    if (dim < 1 || heads < 1 || dim % heads != 0) {
      throw new InvalidInputException(
          "dim %d, heads %d: expected a number of heads that divides the width"
              .formatted(dim, heads));
    }
    if (layers < 1 || inner < 1 || vocabulary < 1 || classes < 1) {
      throw new InvalidInputException(
          "layers %d, inner width %d, vocabulary %d, classes %d: expected 1 or more of each"
              .formatted(layers, inner, vocabulary, classes));
    }
    if (!(normEpsilon > 0 && normEpsilon < 1)) {
      throw new InvalidInputException(
          "norm_eps %s: expected between 0 and 1".formatted(normEpsilon));
    }
  }
}
