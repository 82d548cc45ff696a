package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** What rotary positions promise. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class PositionTest {
  @Property
  @Tag("P8")
  void onlyRelativePositionsCount(@ForAll long seed) {
    Drawn.holds("P8", seed);
  }

  @Property
  @Tag("P11")
  void firstStepIsPositionBlind(@ForAll long seed) {
    Drawn.holds("P11", seed);
  }
}
