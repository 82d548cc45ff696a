package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Permutation invariance of the KV cache: the second promise of the three. Its rows are a set,
 * written once.
 */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class CacheInvarianceTest {
  @Property
  @Tag("P4")
  void shuffledRowsReadTheSame(@ForAll long seed) {
    Drawn.holds("P4", seed);
  }

  @Property
  @Tag("P9")
  void rowsAreWrittenOnce(@ForAll long seed) {
    Drawn.holds("P9", seed);
  }

  @Property
  @Tag("class-row")
  void classRowIsASink(@ForAll long seed) {
    Drawn.holds("class-row", seed);
  }
}
