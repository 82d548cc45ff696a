package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.TokenGrid;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The prefixes that feeds say are the masks that variants mean. */
class MasksTest {
  static Stream<String> variants() {
    return Family.all().stream().map(Variant::name);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void prefixesAreWhatIsSeen(String name) {
    Variant variant = Family.named(name);
    for (TokenGrid grid : List.of(TokenGrid.square(4), new TokenGrid(4, 6))) {
      Architecture tiny = variant.tiny(new TinySizes(16, 2, 2, grid, 11, 3, 10_000));
      DecodeSettings settings = variant.settings(tiny);
      Masks.agree(tiny, tiny.training());
      Masks.agree(tiny, tiny.layout(settings, tiny.plan(settings, tiny.places()), 0));
    }
  }
}
