package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.variant.Architecture;
import java.util.ArrayList;
import java.util.List;

/** What the loop writes down, and whether a layout's numbers say what its mask means. */
final class IdProbes {
  private IdProbes() {}

  /** P10: an id that was committed never changes. */
  static Finding monotone(Trial trial) {
    Loop drawn = trial.loop(trial.settings(), trial.plan(), on -> trial.drawing(trial.settings()));
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (Loop.Step step : drawn.steps()) {
      int[][] before = step.before();
      for (int image = 0; before != null && image < before.length; image++) {
        for (int place = 0; place < before[image].length; place++) {
          // Other ids stand for "not known yet".
          if (before[image][place] < trial.vocabulary()) {
            pairs.add(
                new double[] {before[image][place]}, new double[] {step.after()[image][place]});
          }
        }
      }
    }
    return pairs.isEmpty()
        ? Finding.NOTHING
        : Finding.of(pairs.bits("ids before a step and after it"));
  }

  /** A row sees as many rows as its end says, and they are those that its mask means. */
  static Finding mask(Trial trial) {
    Comparison.Pairs pairs = new Comparison.Pairs();
    compare(trial.architecture(), trial.layout(), pairs);
    GivenCells.of(trial).ifPresent(given -> compare(trial.architecture(), given.layout(), pairs));
    return Finding.of(pairs.bits("rows that a row sees, by its end and by meaning"));
  }

  /** A decode with known cells keeps them and is its layout's; or the system has none. */
  static Finding given(Trial trial) {
    return GivenCells.of(trial)
        .map(given -> new Finding(given.decoded(), List.of()))
        .orElse(Finding.REFUSED);
  }

  private static void compare(Architecture architecture, Layout layout, Comparison.Pairs pairs) {
    List<Slot> held = new ArrayList<>();
    for (Feed feed : layout.feeds()) {
      held.subList(feed.keep(), held.size()).clear();
      held.addAll(feed.rows().subList(0, feed.cached()));
      for (int row = 0; row < feed.rows().size(); row++) {
        double[] told = new double[held.size()];
        double[] meant = new double[held.size()];
        for (int key = 0; key < told.length; key++) {
          told[key] = key < feed.ends()[row] ? 1 : 0;
          meant[key] = architecture.sees(feed.rows().get(row), held.get(key)) ? 1 : 0;
        }
        pairs.add(meant, told);
      }
    }
  }
}
