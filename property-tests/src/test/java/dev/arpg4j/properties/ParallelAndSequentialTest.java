package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Parallel decoding equals sequential decoding: the third promise of the three, in its three
 * meanings. (a) Logits given a frozen context: exact. (b) State: under the strict mask only. (c)
 * Samples: never, once a step decodes two cells.
 */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class ParallelAndSequentialTest {
  @Property
  @Tag("P2")
  void logitsAreTheSame(@ForAll long seed) {
    Drawn.holds("P2", seed);
  }

  @Property
  @Tag("P3")
  void permutedQueriesPermuteLogits(@ForAll long seed) {
    Drawn.holds("P3", seed);
  }

  @Property
  @Tag("P5")
  void strictStateIsTheSame(@ForAll long seed) {
    Drawn.holds("P5", seed);
  }

  @Property
  @Tag("P5-chunk")
  void chunkStateIsNot(@ForAll long seed) {
    Drawn.holds("P5-chunk", seed);
  }

  @Property
  @Tag("P14")
  void samplesAreNot(@ForAll long seed) {
    Drawn.holds("P14", seed);
  }
}
