package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Draws: their distribution, and the numbers they are made with. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class SamplingTest {
  @Property
  @Tag("sampler")
  void distributionIsAsSet(@ForAll long seed) {
    Drawn.holds("sampler", seed);
  }

  @Property
  @Tag("numbers")
  void everyCellHasItsOwnNumber(@ForAll long seed) {
    Drawn.holds("numbers", seed);
  }
}
