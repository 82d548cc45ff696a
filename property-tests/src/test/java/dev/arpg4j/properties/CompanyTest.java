package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** What an image does not depend on, and where its ids go. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class CompanyTest {
  @Property
  @Tag("batch")
  void batchChangesNothing(@ForAll long seed) {
    Drawn.holds("batch", seed);
  }

  @Property
  @Tag("threads")
  void threadsChangeNothing(@ForAll long seed) {
    Drawn.holds("threads", seed);
  }

  @Property
  @Tag("P10")
  void everyCellHoldsItsId(@ForAll long seed) {
    Drawn.holds("P10", seed);
  }
}
