package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Slot;
import java.util.ArrayList;
import java.util.List;

/** Holds the two ways in which a mask is said together: by its ends, and by its meaning. */
final class Masks {
  private Masks() {}

  /** Every row of every feed sees exactly the rows that the architecture says it sees. */
  static void agree(Architecture architecture, Layout layout) {
    List<Slot> held = new ArrayList<>();
    for (Feed feed : layout.feeds()) {
      held.subList(feed.keep(), held.size()).clear();
      held.addAll(feed.rows().subList(0, feed.cached()));
      agree(architecture, feed, held);
    }
  }

  /** The same of a feed that begins with no row held. */
  static void agree(Architecture architecture, Feed whole) {
    agree(architecture, whole, whole.rows().subList(0, whole.cached()));
  }

  private static void agree(Architecture architecture, Feed feed, List<Slot> held) {
    for (int row = 0; row < feed.rows().size(); row++) {
      Slot query = feed.rows().get(row);
      for (int key = 0; key < held.size(); key++) {
        assertThat(architecture.sees(query, held.get(key)))
            .as("%s sees %s", query, held.get(key))
            .isEqualTo(key < feed.ends()[row]);
      }
    }
  }
}
