package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.TokenGrid;
import java.util.ArrayList;
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
      compare(tiny, List.of(tiny.training()));
      compare(tiny, tiny.layout(settings, tiny.plan(settings, tiny.places()), 0).feeds());
    }
  }

  private static void compare(Architecture tiny, List<Feed> feeds) {
    List<Slot> held = new ArrayList<>();
    for (Feed feed : feeds) {
      held.subList(feed.keep(), held.size()).clear();
      held.addAll(feed.rows().subList(0, feed.cached()));
      for (int i = 0; i < feed.rows().size(); i++) {
        for (int key = 0; key < held.size(); key++) {
          assertThat(tiny.sees(feed.rows().get(i), held.get(key)))
              .as("%s sees %s", feed.rows().get(i), held.get(key))
              .isEqualTo(key < feed.ends()[i]);
        }
      }
    }
  }
}
