package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Causality: the first promise of the three. Nothing later reaches a prediction, all that is
 * earlier does.
 */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class CausalityTest {
  @Property
  @Tag("P1")
  void futureIdsChangeNothing(@ForAll long seed) {
    Drawn.holds("P1", seed);
  }

  @Property
  @Tag("P1-reach")
  void pastIdsChangeSomething(@ForAll long seed) {
    Drawn.holds("P1-reach", seed);
  }
}
