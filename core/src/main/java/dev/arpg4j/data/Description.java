package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every image of a set has in common, and what refuses an image that has it not.
 *
 * @param grid the cells of every image
 * @param vocabulary V
 * @param classNames by label
 */
record Description(TokenGrid grid, int vocabulary, List<String> classNames) {
  Description {
    classNames = List.copyOf(classNames);
    if (vocabulary < 1) {
      throw new InvalidInputException("codes %d, expected 1 or more".formatted(vocabulary));
    }
    if (classNames.isEmpty()) {
      throw new InvalidInputException("no classes, expected 1 or more");
    }
  }

  /** Classes without names are called by their numbers. */
  static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /**
   * Refuses codes outside the vocabulary.
   *
   * @param from where in {@code codes} the image begins
   * @param source the file, and which image of it
   */
  void requireCodes(int[] codes, int from, String source) {
    for (int cell = 0; cell < grid.cells(); cell++) {
      int code = codes[from + cell];
      if (code < 0 || code >= vocabulary) {
        throw new InvalidInputException(
            "%s: cell %d holds code %d, expected 0 .. %d"
                .formatted(source, cell, code, vocabulary - 1));
      }
    }
  }

  /** Refuses a label that is no class. */
  void requireLabel(int label, String source) {
    if (label < 0 || label >= classNames.size()) {
      throw new InvalidInputException(
          "%s: label %d, expected 0 .. %d".formatted(source, label, classNames.size() - 1));
    }
  }
}
