package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** All ways to run a model agree with each other and with its formulas. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class DefinitionTest {
  @Property
  @Tag("P0")
  void loopComputesTheFormulas(@ForAll long seed) {
    Drawn.holds("P0", seed);
  }

  @Property
  @Tag("P7a")
  void firstTargetsAreTeacherForced(@ForAll long seed) {
    Drawn.holds("P7a", seed);
  }

  @Property
  @Tag("P7b")
  void oneShotForwardIsTheLoop(@ForAll long seed) {
    Drawn.holds("P7b", seed);
  }
}
