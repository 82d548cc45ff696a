package dev.arpg4j.jmh;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.Shape;

/** The extents that op benchmarks share: one image of ARPG-L with guidance (VARIANTS.md 1.1). */
final class ArpgL {
  static final ArpgConfig CONFIG = Zoo.named("ARPG-L").orElseThrow();

  /** B: conditional and null. */
  static final int BRANCHES = 2;

  /** D. */
  static final int WIDTH = CONFIG.dim();

  /** H. */
  static final int HEADS = CONFIG.heads();

  private ArpgL() {}

  /** [B, n, width]. */
  static Shape rows(int n, int width) {
    return Shape.of(BRANCHES, n, width);
  }
}
