package dev.arpg4j.cuda.kernel;

import java.util.Optional;

/**
 * The first error that kernels found since the record was cleared. On the device it is four int32,
 * {code, row, value, bound}, with code 0 for none: a kernel that meets a bad index claims the
 * record by an atomic exchange on the code, clamps the index and goes on.
 *
 * @param kind what was wrong
 * @param row where: the flat place in the index tensor, or the row of logits
 * @param value the index found, or the id of a bad logit
 * @param bound for an index, the first one beyond those allowed
 */
public record Fault(Kind kind, int row, int value, int bound) {
  /** Words of the record on the device. */
  public static final int WORDS = 4;

  /** What kernels can find; the code on the device is the ordinal plus 1. */
  public enum Kind {
    EMBED_ID("embed: id", 0),
    GATHER_INDEX("gather: index", 0),
    ROPE_ROW("rope: row", 0),
    VISIBLE_END("attention: visibleEnd", 1),
    TARGET("crossEntropy: target", 0),
    LOGIT_NAN("NaN", 0),
    LOGIT_INFINITE("Infinity", 0),
    NO_FINITE_LOGIT("no finite logit", 0),
    SCATTER_INDEX("scatterAdd: index", 0);

    private final String words;
    private final int first;

    Kind(String words, int first) {
      this.words = words;
      this.first = first;
    }
  }

  /**
   * Reads the device's four words.
   *
   * @return empty if no kernel found anything
   */
  public static Optional<Fault> of(int... words) {
    if (words[0] == 0) {
      return Optional.empty();
    }
    return Optional.of(new Fault(Kind.values()[words[0] - 1], words[1], words[2], words[3]));
  }

  /** The exception that {@link dev.arpg4j.tensor.Ops} documents for it. */
  public RuntimeException exception() {
    return switch (kind) {
      case EMBED_ID, GATHER_INDEX, SCATTER_INDEX, ROPE_ROW, VISIBLE_END, TARGET ->
          new IndexOutOfBoundsException(
              "%s %d, expected %d..%d".formatted(kind.words, value, kind.first, bound - 1));
      case LOGIT_NAN, LOGIT_INFINITE ->
          new ArithmeticException(
              "sample: row %d has %s at id %d".formatted(row, kind.words, value));
      case NO_FINITE_LOGIT ->
          new ArithmeticException("sample: row %d has %s".formatted(row, kind.words));
    };
  }
}
