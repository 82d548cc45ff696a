package dev.arpg4j.decode;

/** The two published masks of pass 1 (VARIANTS.md 1.8); which one ran is part of every result. */
public enum Pass1Mask implements Visibility {
  /** Causal, what training saw: a row sees itself and what came before, aligned bottom right. */
  STRICT {
    @Override
    public int visibleEnd(int cached, int i, int added) {
      return cached + i + 1;
    }
  },
  /**
   * The released sampler: rows added together see each other in both directions. Nothing unsampled
   * becomes visible, but state then depends on how the same order is cut into steps.
   */
  CHUNK {
    @Override
    public int visibleEnd(int cached, int i, int added) {
      return cached + added;
    }
  }
}
