package dev.arpg4j.variant;

import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What RadAR-nested keeps of the blocks before (VARIANTS.md 3.3); which it used is not known. */
public enum BlockCache {
  /**
   * Everything: a block sees all versions of the blocks before it. Σ|O_k| rows; the mode in which a
   * decode is one forward pass under a block mask, and the one that training has.
   */
  APPEND {
    @Override
    int keep(int held) {
      return held;
    }
  },
  /** The condition: a block sees itself alone, N + 1 rows at most. */
  REPLACE {
    @Override
    int keep(int held) {
      return Math.min(held, 1);
    }
  },
  /** Nothing: the condition too is fed with every block. The same numbers as {@link #REPLACE}. */
  RECOMPUTE {
    @Override
    int keep(int held) {
      return 0;
    }
  };

  /** As metadata has it. */
  static final String KEY = "block_cache";

  /** Rows that stay for the next block, of those held. */
  abstract int keep(int held);

  /** On the command line and in files: "append". */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The mode that a file names, or else {@link #APPEND}. */
  static BlockCache of(Metadata metadata) {
    String text = metadata.text(KEY);
    return text == null
        ? APPEND
        : Arrays.stream(values())
            .filter(mode -> mode.text().equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s '%s': expected one of %s"
                            .formatted(
                                KEY,
                                text,
                                Arrays.stream(values())
                                    .map(BlockCache::text)
                                    .collect(Collectors.joining(", ")))));
  }
}
