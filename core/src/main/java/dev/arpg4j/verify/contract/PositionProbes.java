package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.verify.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What cells are to a model: places relative to each other, names, or absolute places. */
final class PositionProbes {
  private static final int FARTHEST = 2;

  private PositionProbes() {}

  /** P8: moving all cells by the same rows and columns, on a larger grid, changes nothing. */
  static Finding translation(Trial trial) {
    Numbers numbers = trial.numbers();
    int down = numbers.between(1, FARTHEST);
    int right = numbers.between(1, FARTHEST);
    TokenGrid grid = trial.architecture().grid();
    // Variants of square grids make a larger square of it.
    Architecture larger = trial.larger(down, right);
    TokenGrid wide = larger.grid();
    boolean cellsArePlaces =
        trial.architecture().places() == grid.cells() && larger.places() == wide.cells();
    if (!cellsArePlaces
        || wide.rows() < grid.rows() + down
        || wide.columns() < grid.columns() + right) {
      return Finding.NOTHING;
    }
    int[][] moved =
        Arrays.stream(trial.orders())
            .map(order -> moved(order, grid, wide, down, right))
            .toArray(int[][]::new);
    Network network = trial.network(larger, down, right);
    List<Feed> steps = trial.layout().steps();
    Comparison.Pairs pairs = new Comparison.Pairs();
    try (FeedRun run = new FeedRun(network, steps, trial.classIds(), moved)) {
      for (int i = 0; i < steps.size(); i++) {
        Loop.Step said = trial.loop().steps().get(i);
        pairs.add(said.logits(), run.say(i, said.before()));
      }
    }
    return Finding.of(
        pairs.sums("logits with all cells moved by (%d, %d)".formatted(down, right), trial));
  }

  private static int[] moved(int[] order, TokenGrid from, TokenGrid to, int down, int right) {
    return Arrays.stream(order)
        .map(cell -> (cell / from.columns() + down) * to.columns() + cell % from.columns() + right)
        .toArray();
  }

  /** P11: with nothing known, all cells have the same logits. */
  static Finding firstStep(Trial trial) {
    Numbers numbers = trial.numbers();
    Feed first = trial.layout().steps().getFirst();
    int places = trial.architecture().places();
    int[][] others =
        IntStream.range(0, trial.images())
            .mapToObj(i -> numbers.permutation(places))
            .toArray(int[][]::new);
    double[] elsewhere;
    try (FeedRun run = new FeedRun(trial.network(), List.of(first), trial.classIds(), others)) {
      elsewhere = run.say(0, trial.loop().steps().getFirst().before());
    }
    Comparison.Pairs pairs = new Comparison.Pairs();
    double[] one = trial.loop().logits(0, 0);
    for (int i = 0; i < first.targets().length; i++) {
      pairs.add(one, trial.loop().logits(0, i));
      pairs.add(
          one, Loop.row(elsewhere, trial.images(), trial.vocabulary(), first.targets().length, i));
    }
    return Finding.of(pairs.sums("logits of the first cell and of others", trial));
  }

  /**
   * P12: an order matters by the cells of each step alone. Images have random orders here, whatever
   * the loop's; in one part cells of later steps change places, and in the other cells of the same
   * step.
   */
  static Finding relabelling(Trial trial) {
    Numbers numbers = trial.numbers();
    Plan plan = trial.plan();
    int places = trial.architecture().places();
    int[][] orders =
        IntStream.range(0, trial.images())
            .mapToObj(i -> numbers.permutation(places))
            .toArray(int[][]::new);
    Plan.Step step = plan.steps().get(numbers.between(0, plan.steps().size() - 1));
    Relabelled base = new Relabelled(trial, orders, IntStream.range(0, places).toArray());
    Relabelled ahead = new Relabelled(trial, orders, shuffled(numbers, places, step.to(), places));
    int[] together = IntStream.range(0, places).toArray();
    for (Plan.Step each : plan.steps()) {
      together = shuffledIn(numbers, together, each.from(), each.to());
    }
    List<Comparison> core = new ArrayList<>();
    core.add(
        base.beside(ahead, step.index() + 1)
            .sums("logits of cells, with others after them", trial));
    core.add(base.alone().rows("logits of images of one batch, and of each alone", trial));
    if (!trial.architecture().redraws()) {
      core.add(
          base.trained(ahead, step.to())
              .sums("logits of cells in training, with others after them", trial));
    }
    if (plan.steps().size() == places) {
      core.add(base.taught().sums("logits in a random order, step by step and trained", trial));
      return new Finding(core, List.of());
    }
    Relabelled other = new Relabelled(trial, orders, together);
    return new Finding(
        core,
        List.of(
            base.beside(other, plan.steps().size())
                .sums("logits of cells, where cells of a step change places", trial)));
  }

  private static int[] shuffled(Numbers numbers, int places, int from, int to) {
    return shuffledIn(numbers, IntStream.range(0, places).toArray(), from, to);
  }

  private static int[] shuffledIn(Numbers numbers, int[] values, int from, int to) {
    int[] shuffled = values.clone();
    int[] part = numbers.shuffled(Arrays.copyOfRange(values, from, to));
    System.arraycopy(part, 0, shuffled, from, part.length);
    return shuffled;
  }
}
