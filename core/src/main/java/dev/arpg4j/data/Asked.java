package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of codes beside their file, which may not say it.
 *
 * @param vocabulary V
 * @param classes how many classes there are
 */
record Asked(OptionalInt vocabulary, OptionalInt classes) {
  /** More than any set has: a larger label is something else. */
  private static final int MOST_CLASSES = 1 << 20;

  /**
   * What a file's images have in common.
   *
   * @param source the file
   * @param cells N; the grid is a square
   * @param labels of which the largest tells the classes, if nothing else does
   * @throws InvalidInputException if the vocabulary is not known, N is no square, or the largest
   *     label can be none
   */
  Description description(String source, int cells, int... labels) {
    return description(source, square(source, cells), List.of(), labels);
  }

  /**
   * The grid of a file that tells of cells alone.
   *
   * @throws InvalidInputException if they are those of no square
   */
  static TokenGrid square(String source, int cells) {
    int side = (int) Math.round(Math.sqrt(cells));
    if (cells == 0 || side * side != cells) {
      throw new InvalidInputException(
          "%s: has %d cells an image, expected those of a square grid".formatted(source, cells));
    }
    return TokenGrid.square(side);
  }

  /** As {@link #description(String, int, int...)}, where the grid and perhaps names are known. */
  Description description(String source, TokenGrid grid, List<String> names, int... labels) {
    int known =
        vocabulary.orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: does not say how many codes there are; expected %s"
                        .formatted(source, DataSettings.VOCABULARY_FLAG)));
    if (!names.isEmpty() && classes.orElse(names.size()) != names.size()) {
      throw new InvalidInputException(
          "%s: has %d classes, expected %d as %s says"
              .formatted(source, names.size(), classes.getAsInt(), DataSettings.CLASSES_FLAG));
    }
    int largest = Arrays.stream(labels).max().orElse(0);
    if (classes.isEmpty() && names.isEmpty() && largest >= MOST_CLASSES) {
      throw new InvalidInputException(
          "%s: has label %d, of more than %d classes; expected labels of classes, or %s"
              .formatted(source, largest, MOST_CLASSES, DataSettings.CLASSES_FLAG));
    }
    int found = largest + 1;
    return new Description(
        grid,
        known,
        names.isEmpty() ? Description.numbered(classes.orElse(Math.max(1, found))) : names);
  }

  /** The same with the vocabulary that a file tells of. */
  Asked withVocabulary(String source, int told) {
    if (vocabulary.isPresent() && vocabulary.getAsInt() != told) {
      throw new InvalidInputException(
          "%s: has codes out of %d, expected %d as %s says"
              .formatted(source, told, vocabulary.getAsInt(), DataSettings.VOCABULARY_FLAG));
    }
    return new Asked(OptionalInt.of(told), classes);
  }
}
