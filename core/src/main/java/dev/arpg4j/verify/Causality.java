package dev.arpg4j.verify;

import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Plan;
import java.util.Arrays;

/** Who influences a target: nothing that comes after it, everything that came before. */
final class Causality {
  private Causality() {}

  /** P1: later ids and the target's own id change no bit of its logits. */
  static Outcome future(Trial trial) {
    Case drawn = trial.drawn();
    Plan plan = drawn.plan();
    Plan.Step step = plan.steps().get(trial.numbers().between(0, plan.steps().size() - 1));
    int[][] changed = changed(drawn, step.from(), drawn.targets());
    return Outcome.all(
        unmoved(
            trial,
            "logits in the loop",
            trial.loop(drawn.mask(), drawn.guidance(), drawn.tokens()),
            trial.loop(drawn.mask(), drawn.guidance(), changed),
            step.to()),
        unmoved(
            trial,
            "logits in the forward pass",
            trial.oneShot(drawn.mask(), drawn.tokens(), plan),
            trial.oneShot(drawn.mask(), changed, plan),
            step.to()));
  }

  private static Outcome unmoved(
      Trial trial, String what, double[] before, double[] after, int places) {
    int vocabulary = trial.config().vocabulary();
    return Outcome.agree(
        what + " [image, place, id]",
        head(trial, before, places),
        head(trial, after, places),
        trial.tolerance().forRows(),
        places,
        vocabulary);
  }

  /** The first places of each image: [I, places, V]. */
  private static double[] head(Trial trial, double[] logits, int places) {
    int images = trial.drawn().images();
    int all = logits.length / images;
    int some = places * trial.config().vocabulary();
    double[] head = new double[images * some];
    for (int i = 0; i < images; i++) {
      System.arraycopy(logits, i * all, head, i * some, some);
    }
    return head;
  }

  /** Reach: a fed token and the class do change later logits, so causality is not vacuous. */
  static Outcome past(Trial trial) {
    Case drawn = trial.drawn();
    double[] before = trial.loop(drawn.mask(), Guidance.NONE, drawn.tokens());
    double[] forward = trial.oneShot(drawn.mask(), drawn.tokens(), drawn.plan());
    int[] otherClasses =
        Arrays.stream(drawn.classes())
            .map(label -> trial.config().classId((label + 1) % trial.config().classes()))
            .toArray();
    // Where a row's bits depend on that row alone, one bit proves that the id was seen.
    Tolerance tolerance = trial.tolerance().forRows();
    Outcome classes =
        Outcome.differ(
            "logits under another class [place, id]",
            forward,
            trial.oneShot(drawn.mask(), otherClasses),
            tolerance);
    int fed = drawn.plan().steps().getLast().from();
    if (fed == 0) {
      return classes;
    }
    int place = trial.numbers().between(0, fed - 1);
    int[][] changed = changed(drawn, place, place + 1);
    return Outcome.all(
        classes,
        Outcome.differ(
            "logits in the loop after another token at place " + place,
            before,
            trial.loop(drawn.mask(), Guidance.NONE, changed),
            tolerance),
        Outcome.differ(
            "logits in the forward pass after another token at place " + place,
            forward,
            trial.oneShot(drawn.mask(), changed, drawn.plan()),
            tolerance));
  }

  /** Other ids at the places {@code from .. to-1} of every image's order. */
  private static int[][] changed(Case drawn, int from, int to) {
    int[][] tokens = Arrays.stream(drawn.tokens()).map(int[]::clone).toArray(int[][]::new);
    int vocabulary = drawn.config().vocabulary();
    for (int i = 0; i < tokens.length; i++) {
      for (int place = from; place < to; place++) {
        int cell = drawn.orders()[i][place];
        tokens[i][cell] = (tokens[i][cell] + 1 + place % (vocabulary - 1)) % vocabulary;
      }
    }
    return tokens;
  }
}
