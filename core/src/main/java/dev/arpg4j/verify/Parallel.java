package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.tensor.Sampling;
import java.util.Arrays;

/**
 * The three meanings of "parallel decoding equals sequential decoding". Of logits given a frozen
 * context: exact. Of the state that the same tokens leave behind: under the strict mask only. Of
 * samples: false as soon as a step decodes two cells.
 */
final class Parallel {
  private static final int SAMPLED_SEEDS = 400;

  private Parallel() {}

  /** P2: cells queried together, or alone, or in other company get the same logits. */
  static Outcome queries(Trial trial) {
    int[] order = trial.order();
    int context = trial.numbers().between(0, order.length - 1);
    int[] targets = Arrays.copyOfRange(order, context, order.length);
    int vocabulary = trial.config().vocabulary();
    try (Session session = trial.session(trial.drawn().mask())) {
      feed(session, trial, context);
      double[] together = session.query(targets);
      double[] alone = new double[together.length];
      for (int i = 0; i < targets.length; i++) {
        double[] row = session.query(targets[i]);
        System.arraycopy(row, 0, alone, i * vocabulary, vocabulary);
      }
      int[] pair = {targets[0], targets[targets.length - 1]};
      return Outcome.all(
          Outcome.agree(
              "logits of a target alone and among others [target, id]",
              alone,
              together,
              trial.tolerance().forRows(),
              vocabulary),
          Outcome.agree(
              "logits of the first target beside the last and among all [id]",
              Arrays.copyOf(together, vocabulary),
              Arrays.copyOf(session.query(pair), vocabulary),
              trial.tolerance().forRows()));
    }
  }

  /** P3: permuting the queries permutes their logits. */
  static Outcome queryOrder(Trial trial) {
    Numbers numbers = trial.numbers();
    int[] order = trial.order();
    int context = numbers.between(0, order.length - 2);
    int[] targets = Arrays.copyOfRange(order, context, order.length);
    int[] permutation = numbers.permutation(targets.length);
    int vocabulary = trial.config().vocabulary();
    try (Session session = trial.session(trial.drawn().mask())) {
      feed(session, trial, context);
      double[] plain = session.query(targets);
      double[] expected = new double[plain.length];
      for (int i = 0; i < targets.length; i++) {
        System.arraycopy(plain, permutation[i] * vocabulary, expected, i * vocabulary, vocabulary);
      }
      int[] permuted = Arrays.stream(permutation).map(i -> targets[i]).toArray();
      return Outcome.agree(
          "logits of permuted queries [target, id]",
          expected,
          session.query(permuted),
          trial.tolerance().forRows(),
          vocabulary);
    }
  }

  private static void feed(Session session, Trial trial, int context) {
    if (context > 0) {
      session.feed(Arrays.copyOf(trial.order(), context));
    }
  }

  /** P5: under the strict mask, how an order is cut into chunks leaves no trace. */
  static Outcome strictState(Trial trial) {
    Numbers numbers = trial.numbers();
    int context = context(trial, numbers);
    int[] sizes = numbers.partition(context, context);
    double[][] each = state(trial, Pass1Mask.STRICT, Plan.ones(context).sizes());
    double[][] chunks = state(trial, Pass1Mask.STRICT, sizes);
    double[][] whole = state(trial, Pass1Mask.STRICT, context);
    Tolerance tolerance = trial.tolerance();
    String ones = " fed one by one and in chunks of ";
    String cut = ones + Arrays.toString(sizes);
    return Outcome.all(
        Outcome.agree("caches" + cut, each[0], chunks[0], tolerance),
        Outcome.agree("later rows" + cut, each[1], chunks[1], tolerance),
        Outcome.agree("caches" + ones + context, each[0], whole[0], tolerance),
        Outcome.agree("later rows" + ones + context, each[1], whole[1], tolerance));
  }

  /** P5 in chunk mode is false: tokens fed together leave another state than one by one. */
  static Outcome chunkState(Trial trial) {
    int context = trial.order().length - 1;
    // Where a row's bits depend on that row alone, one bit proves that the others were seen.
    Tolerance tolerance = trial.tolerance().forRows();
    double[][] each = state(trial, Pass1Mask.CHUNK, Plan.ones(context).sizes());
    double[][] whole = state(trial, Pass1Mask.CHUNK, context);
    return Outcome.all(
        Outcome.differ("caches after a chunk", each[0], whole[0], tolerance),
        Outcome.differ("rows that read them", each[1], whole[1], tolerance));
  }

  /** Some cells, two or more where there are as many, and at least one left to read them. */
  private static int context(Trial trial, Numbers numbers) {
    int most = trial.order().length - 1;
    return numbers.between(Math.min(2, most), most);
  }

  /** The caches after a context, and what queries of all cells, or a row fed next, read there. */
  private static double[][] state(Trial trial, Pass1Mask mask, int... sizes) {
    int[] order = trial.order();
    int context = Arrays.stream(sizes).sum();
    try (Session session = trial.session(mask)) {
      session.feedChunks(Arrays.copyOf(order, context), sizes);
      double[] caches = session.state();
      double[] read =
          CaseKind.QUERIES.fits(trial.drawn())
              ? session.query(order)
              : session.feed(order[context]);
      return new double[][] {caches, read};
    }
  }

  /** P14: a parallel plan gives another distribution of images than a sequential one. */
  static Outcome samples(Trial trial) {
    Case drawn = trial.drawn();
    double[] parallel = trial.oneShot(drawn.mask(), drawn.tokens(), drawn.plan());
    double[] sequential = trial.oneShot(drawn.mask(), drawn.tokens(), Plan.ones(drawn.targets()));
    int vocabulary = trial.config().vocabulary();
    return Outcome.all(
        Outcome.differ(
            "log-probabilities on the same path, in parallel and one by one [image, place, id]",
            logProbabilities(parallel, vocabulary),
            logProbabilities(sequential, vocabulary),
            trial.tolerance().forRows().times(2), // a logit's error, and the normalizer's
            drawn.targets(),
            vocabulary),
        Outcome.that(
            drawsDiffer(trial),
            "tokens drawn with the same numbers are the same, in parallel and one by one"));
  }

  private static double[] logProbabilities(double[] logits, int vocabulary) {
    double[] logs = logits.clone();
    for (int row = 0; row < logs.length; row += vocabulary) {
      double total = 0;
      for (int id = 0; id < vocabulary; id++) {
        total += Math.exp(logits[row + id]);
      }
      for (int id = 0; id < vocabulary; id++) {
        logs[row + id] -= Math.log(total);
      }
    }
    return logs;
  }

  /** Whether, for one of a few seeds, the two plans draw different tokens with the same numbers. */
  private static boolean drawsDiffer(Trial trial) {
    Case drawn = trial.drawn();
    DecodeSettings own = drawn.settings(trial.subject(), drawn.mask(), Guidance.NONE);
    for (int i = 0; i < SAMPLED_SEEDS; i++) {
      DecodeSettings parallel = with(own, own.steps(), own.schedule(), drawn.seed() + i);
      DecodeSettings sequential = with(own, drawn.targets(), StepSchedule.ARCCOS, drawn.seed() + i);
      int[][] one = draw(trial, parallel);
      int[][] other = draw(trial, sequential);
      if (!Arrays.deepEquals(one, other)) {
        return true;
      }
    }
    return false;
  }

  private static DecodeSettings with(
      DecodeSettings own, int steps, StepSchedule schedule, long seed) {
    return new DecodeSettings(
        steps, schedule, own.guidance(), Sampling.PLAIN, own.order(), own.pass1(), seed);
  }

  private static int[][] draw(Trial trial, DecodeSettings settings) {
    Decoder decoder = new Decoder(trial.model(), settings);
    return trial.decode(decoder, trial.drawn().batch()).tokens();
  }
}
