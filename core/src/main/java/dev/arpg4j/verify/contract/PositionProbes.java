package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.verify.Numbers;
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
    Network network = trial.network(larger);
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

  /** P12: pairs of cell and id, in their order, are all that matters of an order. */
  static Finding relabelling(Trial trial) {
    List<Feed> steps = trial.layout().steps();
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int image = 0; image < trial.images(); image++) {
      int[] classIds = {trial.classIds()[image]};
      int[][] order = {trial.orders()[image]};
      try (FeedRun run = new FeedRun(trial.network(), steps, classIds, order)) {
        for (int i = 0; i < steps.size(); i++) {
          Loop.Step said = trial.loop().steps().get(i);
          int[][] before = said.before();
          int size = said.logits().length / trial.images();
          pairs.add(
              Arrays.copyOfRange(said.logits(), image * size, (image + 1) * size),
              run.say(i, before == null ? null : new int[][] {before[image]}));
        }
      }
    }
    return Finding.of(
        pairs.rows("logits of images of one batch, and of their cells and ids alone", trial));
  }
}
