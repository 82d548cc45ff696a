package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The cases of one op.
 *
 * @param op the name of the method in {@link dev.arpg4j.tensor.Ops}
 * @param listed the fixed ones
 * @param random draws sizes and makes a case with the given seed
 */
record CaseFamily(String op, List<OpCase> listed, BiFunction<Sizes, Long, OpCase> random) {

  OpCase random(long seed) {
    return random.apply(new Sizes(seed), seed);
  }

  /** The sizes of a random case, drawn one after the other beside the operands' streams. */
  static final class Sizes {
    /** No case has so many operands that one of them could have this place. */
    private static final int STREAM = -1;

    private final long seed;
    private int drawn;

    Sizes(long seed) {
      this.seed = seed;
    }

    /** One of {@code from .. to}, both included. */
    int between(int from, int to) {
      float uniform = Philox.uniform(seed, STREAM, drawn++, 0, Purpose.CASES);
      return from + (int) (uniform * (to - from + 1));
    }

    boolean flip() {
      return between(0, 1) == 1;
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
      return choices[between(0, choices.length - 1)];
    }
  }
}
