package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Step sizes and model sizes, digit by digit. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class PublishedNumbersTest {
  @Property
  @Tag("schedules")
  void plansAreThePublishedOnes(@ForAll long seed) {
    Drawn.holds("schedules", seed);
  }

  @Property
  @Tag("sizes")
  void modelsHaveTheirPublishedSizes(@ForAll long seed) {
    Drawn.holds("sizes", seed);
  }
}
