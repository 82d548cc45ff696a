package dev.arpg4j.properties;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Classifier-free guidance. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
final class GuidanceTest {
  @Property
  @Tag("P13")
  void guidanceOneIsConditional(@ForAll long seed) {
    Drawn.holds("P13", seed);
  }

  @Property
  @Tag("guidance")
  void guidanceIsItsFormula(@ForAll long seed) {
    Drawn.holds("guidance", seed);
  }
}
