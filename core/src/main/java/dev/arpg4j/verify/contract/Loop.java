package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the loop said, step by step.
 *
 * @param images I
 * @param vocabulary V
 */
record Loop(int images, int vocabulary, List<Step> steps) {
  /**
   * A step.
   *
   * @param before [I][k], the ids known when it began; null if there were none
   * @param logits [I, n, V], guided
   * @param after [I][k'], the ids known when it ended
   */
  record Step(Feed feed, int @Nullable [][] before, double[] logits, int[][] after) {}

  /** The logits of a step's target, [I, V]. */
  double[] logits(int step, int target) {
    Step said = steps.get(step);
    return row(said.logits(), images, vocabulary, said.feed().targets().length, target);
  }

  /**
   * A step's logits said with its targets in another order, [n, I, V] in the loop's order.
   *
   * @param logits [I, n, V], in the order of {@code targets}
   */
  double[] aligned(int step, double[] logits, int... targets) {
    return Arrays.stream(steps.get(step).feed().targets())
        .map(place -> Edits.indexOf(targets, place))
        .mapToObj(target -> row(logits, images, vocabulary, targets.length, target))
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  /** A step's logits target by target, [n, I, V]. */
  double[] byTarget(int step) {
    int[] targets = steps.get(step).feed().targets();
    return aligned(step, steps.get(step).logits(), targets);
  }

  /** The logits of all targets in the order of the feeds, [Σn] times [I, V]. */
  List<double[]> all() {
    List<double[]> rows = new ArrayList<>();
    for (int step = 0; step < steps.size(); step++) {
      for (int target = 0; target < steps.get(step).feed().targets().length; target++) {
        rows.add(logits(step, target));
      }
    }
    return rows;
  }

  /** One target's logits of each image, [I, V], out of [I, n, V]. */
  static double[] row(double[] logits, int images, int vocabulary, int targets, int target) {
    double[] row = new double[images * vocabulary];
    for (int i = 0; i < images; i++) {
      System.arraycopy(
          logits, (i * targets + target) * vocabulary, row, i * vocabulary, vocabulary);
    }
    return row;
  }
}
