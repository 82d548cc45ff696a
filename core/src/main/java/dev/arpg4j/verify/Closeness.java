package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * How close a backend that rounds more comes to one that rounds less, over all rows of guided
 * logits of a decode along the same tokens. Nothing is promised of it but that all numbers are
 * finite: it is measured, not bounded.
 *
 * @param rows of logits
 * @param largest |logit| of the more exact backend
 * @param maxError the largest difference
 * @param rmsError the root of the mean squared difference
 * @param argmaxDiffers the share of rows whose largest logit is another id's
 * @param idsDiffer the share of rows that give another id under the same number
 */
public record Closeness(
    int rows,
    double largest,
    double maxError,
    double rmsError,
    double argmaxDiffers,
    double idsDiffer) {

  /**
   * Decodes images 0 .. images-1 on {@code exact}, and repeats their tokens on both.
   *
   * @param said called after each step of the three decodes
   */
  public static Closeness of(
      Checkpoint checkpoint,
      DecodeSettings settings,
      int images,
      Backend exact,
      Backend close,
      Runnable said) {
    int classes = checkpoint.config().classes();
    DecodeBatch batch =
        DecodeBatch.of(0, IntStream.range(0, images).map(image -> image % classes).toArray());
    Decoder decoder = new Decoder(Arpg.load(exact, checkpoint, DType.F32), settings);
    int[][] tokens = decoder.decode(batch, (step, logits, ids) -> said.run());
    Rows expected = replay(decoder, settings, batch, tokens, exact, said);
    Decoder other = new Decoder(Arpg.load(close, checkpoint, DType.BF16), settings);
    Rows found = replay(other, settings, batch, tokens, close, said);
    return between(expected, found, checkpoint.config().vocabulary());
  }

  private static Rows replay(
      Decoder decoder,
      DecodeSettings settings,
      DecodeBatch batch,
      int[][] tokens,
      Backend backend,
      Runnable said) {
    Rows rows = new Rows(backend, settings, batch, decoder.orders(batch), said);
    decoder.replay(batch, decoder.plan(batch), tokens, rows);
    return rows;
  }

  private static Closeness between(Rows expected, Rows found, int vocabulary) {
    double largest = 0;
    double maxError = 0;
    double squares = 0;
    int rows = 0;
    int argmaxDiffers = 0;
    int idsDiffer = 0;
    for (int step = 0; step < expected.logits.size(); step++) {
      double[] one = expected.logits.get(step);
      double[] other = found.logits.get(step);
      for (int i = 0; i < one.length; i++) {
        double error = Math.abs(one[i] - other[i]);
        largest = Math.max(largest, Math.abs(one[i]));
        maxError = Math.max(maxError, error);
        squares += error * error;
      }
      for (int row = 0; row < one.length / vocabulary; row++) {
        argmaxDiffers += argmax(one, row, vocabulary) == argmax(other, row, vocabulary) ? 0 : 1;
        idsDiffer += expected.ids.get(step)[row] == found.ids.get(step)[row] ? 0 : 1;
        rows++;
      }
    }
    return new Closeness(
        rows,
        largest,
        maxError,
        Math.sqrt(squares / rows / vocabulary),
        (double) argmaxDiffers / rows,
        (double) idsDiffer / rows);
  }

  private static int argmax(double[] logits, int row, int vocabulary) {
    int best = row * vocabulary;
    for (int i = best; i < (row + 1) * vocabulary; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Whether every number was one. */
  public boolean passed() {
    return Double.isFinite(largest) && Double.isFinite(maxError) && Double.isFinite(rmsError);
  }

  /** The guided logits of every step, and the ids that the backend draws from them. */
  private static final class Rows implements DecodeObserver {
    private final Backend backend;
    private final DecodeSettings settings;
    private final DecodeBatch batch;
    private final int[][] orders;
    private final Runnable said;
    private final List<double[]> logits = new ArrayList<>();
    private final List<int[]> ids = new ArrayList<>();

    Rows(
        Backend backend,
        DecodeSettings settings,
        DecodeBatch batch,
        int[][] orders,
        Runnable said) {
      this.backend = backend;
      this.settings = settings;
      this.batch = batch;
      this.orders = orders;
      this.said = said;
    }

    @Override
    public void step(Plan.Step step, Supplier<Tensor> guided, Tensor given) {
      Tensor rows = guided.get();
      logits.add(rows.toDoubles());
      ids.add(backend.sample(rows, uniform(step), settings.sampling()).toInts());
      said.run();
    }

    /** The numbers that a decode would draw the step with, [I, n]. */
    private Tensor uniform(Plan.Step step) {
      int[] cells =
          Arrays.stream(orders)
              .flatMapToInt(order -> Arrays.stream(order, step.from(), step.to()))
              .toArray();
      int[] images = IntStream.range(0, batch.images()).map(i -> batch.firstImage() + i).toArray();
      return backend.uniform(
          backend.ints(Shape.of(2), (int) settings.seed(), (int) (settings.seed() >>> 32)),
          backend.ints(Shape.of(images.length), images),
          backend.ints(Shape.of(images.length, step.size()), cells),
          backend.ints(Shape.of(1), 0),
          Purpose.SAMPLE);
    }
  }
}
