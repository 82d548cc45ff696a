package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** In how far the order matters in which known tokens were fed. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class InsertionOrderTest {
  @Property
  @Tag("P6")
  void chunksAreSets(@ForAll long seed) {
    Drawn.holds("P6", seed);
  }

  @Property
  @Tag("P6-set")
  void crossOnlyModelsAreSetFunctions(@ForAll long seed) {
    Drawn.holds("P6-set", seed);
  }

  @Property
  @Tag("P6-order")
  void otherwiseOrderMatters(@ForAll long seed) {
    Drawn.holds("P6-order", seed);
  }
}
