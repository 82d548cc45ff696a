package dev.arpg4j.verify;

import dev.arpg4j.model.Readout;
import dev.arpg4j.model.RopeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the rows of the KV cache are: a set for its readers, written once, the class row apart. */
final class CachedRows {
  private CachedRows() {}

  /** P4: shuffling the rows of every cache, keys and values together, changes nothing later. */
  static Outcome permutation(Trial trial) {
    double[][] plain = readers(trial, false);
    double[][] shuffled = readers(trial, true);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < plain.length; i++) {
      String what = i % 2 == 0 ? "logits of queries" : "content rows fed later";
      outcomes.add(Outcome.agree(what, plain[i], shuffled[i], trial.tolerance()));
    }
    return Outcome.all(outcomes);
  }

  /** What queries and later content rows get after some context. */
  private static double[][] readers(Trial trial, boolean shuffle) {
    Numbers numbers = trial.numbers();
    int[] order = trial.order();
    int context = numbers.between(1, order.length - 1);
    int[] sizes = numbers.partition(context, context);
    int[] rest = Arrays.copyOfRange(order, context, order.length);
    int[] next = Arrays.copyOf(rest, numbers.between(1, rest.length));
    try (Session session = trial.session(trial.drawn().mask())) {
      session.feedChunks(Arrays.copyOf(order, context), sizes);
      for (int layer = 0; shuffle && layer < session.layers(); layer++) {
        session.permute(layer, numbers.permutation(session.length()));
      }
      double[] first = answers(trial, session, rest);
      double[] rows = session.feed(next);
      return new double[][] {first, rows, answers(trial, session, rest)};
    }
  }

  /** Logits of queries; none without cross layers. */
  private static double[] answers(Trial trial, Session session, int... cells) {
    return trial.config().readout() == Readout.QUERY_ROWS ? session.query(cells) : new double[0];
  }

  /** P9: feeding and querying leave the rows that are held as they are, and feeding adds rows. */
  static Outcome appendOnly(Trial trial) {
    int[] order = trial.order();
    int context = trial.numbers().between(1, order.length - 1);
    int[] next = Arrays.copyOfRange(order, context, order.length);
    try (Session session = trial.session(trial.drawn().mask())) {
      session.feed(Arrays.copyOf(order, context));
      double[][] before = rows(session, 1 + context);
      answers(trial, session, next);
      double[][] queried = rows(session, session.length());
      session.feed(next);
      double[][] after = rows(session, 1 + context);
      List<Outcome> outcomes = new ArrayList<>();
      outcomes.add(
          Outcome.equal("rows held", new int[] {1 + order.length}, new int[] {session.length()}));
      for (int i = 0; i < before.length; i++) {
        String what = (i % 2 == 0 ? "keys" : "values") + " of layer " + i / 2 + " [row, channel]";
        int width = trial.config().dim();
        outcomes.add(Outcome.agree(what, before[i], queried[i], Tolerance.BITS, width));
        outcomes.add(Outcome.agree(what, before[i], after[i], Tolerance.BITS, width));
      }
      return Outcome.all(outcomes);
    }
  }

  /** The first {@code count} rows of keys and of values, layer by layer. */
  private static double[][] rows(Session session, int count) {
    double[][] rows = new double[2 * session.layers()][];
    for (int layer = 0; layer < session.layers(); layer++) {
      double[] keys = session.keys(layer);
      int some = keys.length / session.length() * count;
      rows[2 * layer] = Arrays.copyOf(keys, some);
      rows[2 * layer + 1] = Arrays.copyOf(session.values(layer), some);
    }
    return rows;
  }

  /** The class row's keys are exactly zero in every cache, and a query in its place is uniform. */
  static Outcome classRow(Trial trial) {
    int[] order = trial.order();
    int width = trial.config().dim();
    Numbers numbers = trial.numbers();
    double[] q = new double[width];
    Arrays.setAll(q, i -> numbers.uniform() * 4 - 2);
    List<Outcome> outcomes = new ArrayList<>();
    try (Session session = trial.session(trial.drawn().mask())) {
      session.feed(order);
      for (int layer = 0; layer < session.layers(); layer++) {
        double[] key = Arrays.copyOf(session.keys(layer), width);
        String place = " of layer " + layer;
        outcomes.add(
            Outcome.agree("key of the class row" + place, new double[width], key, Tolerance.BITS));
        outcomes.add(
            Outcome.agree(
                "attention of a row in the class token's place" + place,
                mean(session.values(layer), width),
                session.attend(layer, q, RopeTable.CLASS_ROW),
                trial.tolerance()));
      }
    }
    return Outcome.all(outcomes);
  }

  private static double[] mean(double[] rows, int width) {
    double[] mean = new double[width];
    for (int i = 0; i < rows.length; i++) {
      mean[i % width] += rows[i] * width / rows.length;
    }
    return mean;
  }
}
