package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;

/** Checks ids from outside, which would else be read as MASK or a class, or from no row at all. */
final class TokenIds {
  private TokenIds() {}

  /**
   * Refuses what is no id of an image code.
   *
   * @param what the ids are called in the message
   * @param tokens rows of ids
   */
  static void check(String what, int[][] tokens, Network network) {
    for (int[] row : tokens) {
      for (int id : row) {
        if (id < 0 || id >= network.vocabulary()) {
          throw new InvalidInputException(
              "%s: id %d: expected 0 .. %d".formatted(what, id, network.vocabulary() - 1));
        }
      }
    }
  }

  /** Refuses what is not one id for each cell of each of the images. */
  static void checkImages(String what, int[][] tokens, int images, Network network) {
    int cells = network.places();
    if (tokens.length != images) {
      throw new InvalidInputException(
          "%s: %d rows for %d images".formatted(what, tokens.length, images));
    }
    for (int[] row : tokens) {
      if (row.length != cells) {
        throw new InvalidInputException(
            "%s: %d ids for a grid of %s: expected %d"
                .formatted(what, row.length, network.grid(), cells));
      }
    }
    check(what, tokens, network);
  }
}
