package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Pass1Mask;
import java.util.Arrays;
import java.util.stream.IntStream;

/** In how far logits depend on the order in which known tokens were fed. */
final class InsertionOrder {
  private InsertionOrder() {}

  /** P6 in chunk mode: reordering tokens inside a chunk, or known cells, changes nothing. */
  static Outcome insideChunk(Trial trial) {
    Numbers numbers = trial.numbers();
    int[] order = trial.order();
    int context = context(trial, numbers);
    int[] sizes = numbers.partition(context, context);
    int[] shuffled = order.clone();
    int from = 0;
    for (int size : sizes) {
      int[] chunk = numbers.shuffled(Arrays.copyOfRange(order, from, from + size));
      System.arraycopy(chunk, 0, shuffled, from, size);
      from += size;
    }
    double[] plain = logits(trial, Pass1Mask.CHUNK, order, sizes);
    double[] reordered = logits(trial, Pass1Mask.CHUNK, shuffled, sizes);
    return Outcome.all(
        Outcome.agree("logits after reordered chunks", plain, reordered, trial.tolerance()),
        knownCells(trial, numbers));
  }

  private static Outcome knownCells(Trial trial, Numbers numbers) {
    Case drawn = trial.drawn();
    int[] permuted = numbers.shuffled(drawn.known());
    int[][] ids =
        Arrays.stream(drawn.tokens())
            .map(row -> IntStream.of(permuted).map(cell -> row[cell]).toArray())
            .toArray(int[][]::new);
    DecodeBatch batch =
        new DecodeBatch(drawn.firstImage(), drawn.classes(), new KnownCells(permuted, ids));
    double[] reordered =
        trial
            .replay(
                trial.decoder(Pass1Mask.CHUNK, Guidance.NONE), batch, drawn.plan(), drawn.tokens())
            .logits();
    return Outcome.agree(
        "logits after reordered known cells",
        trial.loop(Pass1Mask.CHUNK, Guidance.NONE, drawn.tokens()),
        reordered,
        trial.tolerance());
  }

  /** P6 of 0+L: logits are a function of the set of known tokens, whatever the mask. */
  static Outcome setFunction(Trial trial) {
    Numbers numbers = trial.numbers();
    int context = context(trial, numbers);
    int[] order = trial.order();
    int[] shuffled = order.clone();
    int[] known = numbers.shuffled(Arrays.copyOf(order, context));
    System.arraycopy(known, 0, shuffled, 0, context);
    return Outcome.agree(
        "logits after the same tokens in another order, in other chunks, under the other mask",
        logits(trial, Pass1Mask.STRICT, order, numbers.partition(context, context)),
        logits(trial, Pass1Mask.CHUNK, shuffled, numbers.partition(context, context)),
        trial.tolerance());
  }

  /** P6 otherwise is false: inside a chunk under the strict mask, and across chunks always. */
  static Outcome across(Trial trial) {
    int[] order = trial.order();
    int context = order.length - 1;
    int[] reversed = order.clone();
    for (int i = 0; i < context; i++) {
      reversed[i] = order[context - 1 - i];
    }
    Tolerance tolerance = Tolerance.likely(trial.backend(), trial.config());
    int[] ones = new int[context];
    Arrays.fill(ones, 1);
    return Outcome.all(
        Outcome.differ(
            "strict logits after a reversed chunk",
            logits(trial, Pass1Mask.STRICT, order, context),
            logits(trial, Pass1Mask.STRICT, reversed, context),
            tolerance),
        Outcome.differ(
            "chunk-mode logits after reversed chunks",
            logits(trial, Pass1Mask.CHUNK, order, ones),
            logits(trial, Pass1Mask.CHUNK, reversed, ones),
            tolerance));
  }

  /** Some cells, two or more where there are as many, and at least one left to ask for. */
  private static int context(Trial trial, Numbers numbers) {
    int most = trial.order().length - 1;
    return numbers.between(Math.min(2, most), most);
  }

  /** Logits of all the case's cells, [n, V], after the first of {@code order} were fed. */
  private static double[] logits(Trial trial, Pass1Mask mask, int[] order, int... sizes) {
    int context = Arrays.stream(sizes).sum();
    try (Session session = trial.session(mask)) {
      session.feedChunks(Arrays.copyOf(order, context), sizes);
      return session.query(trial.order());
    }
  }
}
