package dev.arpg4j.verify;

import dev.arpg4j.model.Readout;
import dev.arpg4j.model.TokenGrid;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What rotary positions give a decoder. */
final class Positions {
  private Positions() {}

  /** P8: moving all cells by the same rows and columns changes nothing. */
  static Outcome translation(Trial trial) {
    Numbers numbers = trial.numbers();
    TokenGrid own = trial.config().grid();
    int down = numbers.between(0, 3);
    int right = numbers.between(down == 0 ? 1 : 0, 3);
    TokenGrid wide = new TokenGrid(own.rows() + down, own.columns() + right);
    return Outcome.agree(
        "rows and logits, moved %d down and %d right".formatted(down, right),
        moved(trial, wide, 0, 0),
        moved(trial, wide, down, right),
        trial.tolerance());
  }

  /** Content rows fed last and, where there are queries, the logits of the other cells. */
  private static double[] moved(Trial trial, TokenGrid wide, int down, int right) {
    int columns = trial.config().grid().columns();
    int[] order = trial.order();
    int[] cells =
        IntStream.of(order)
            .map(cell -> (cell / columns + down) * wide.columns() + cell % columns + right)
            .toArray();
    int[] ids = IntStream.of(order).map(cell -> trial.drawn().tokens()[0][cell]).toArray();
    Numbers numbers = trial.numbers();
    int first = numbers.between(1, order.length - 1);
    int second = order.length - first;
    try (Session session = trial.session(trial.drawn().mask(), wide)) {
      session.feed(Arrays.copyOf(cells, first), Arrays.copyOf(ids, first));
      double[] read =
          trial.config().readout() == Readout.QUERY_ROWS ? session.query(cells) : new double[0];
      double[] fed =
          session.feed(
              Arrays.copyOfRange(cells, first, first + second),
              Arrays.copyOfRange(ids, first, first + second));
      double[] both = Arrays.copyOf(read, read.length + fed.length);
      System.arraycopy(fed, 0, both, read.length, fed.length);
      return both;
    }
  }

  /** P11: before anything is decoded, every cell has the same logits. */
  static Outcome firstStep(Trial trial) {
    int cells = trial.config().grid().cells();
    int vocabulary = trial.config().vocabulary();
    try (Session session = trial.session(trial.drawn().mask())) {
      double[] logits = session.query(IntStream.range(0, cells).toArray());
      double[] first = new double[logits.length];
      for (int i = 0; i < first.length; i++) {
        first[i] = logits[i % vocabulary];
      }
      return Outcome.agree(
          "logits of the first cell and of all [cell, id]",
          first,
          logits,
          trial.tolerance(),
          vocabulary);
    }
  }
}
