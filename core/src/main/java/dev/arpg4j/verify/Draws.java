package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Sampler;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Sampling: the right distribution, by the numbers of the image and the cell. */
final class Draws {
  private static final int SAMPLES = 2048;
  private static final double MIN_EXPECTED = 8;

  /**
   * The quantile of the standard normal that a sound sampler exceeds once in 1e9 tries: false
   * alarms stay away from any number of runs, and a fault moves the statistic by hundreds.
   */
  private static final double QUANTILE = 6;

  private Draws() {}

  /** Chi-square of many draws from one row of logits against its distribution. */
  static Outcome distribution(Trial trial) {
    Numbers numbers = trial.numbers();
    int ids = numbers.between(3, 16);
    double[] logits = IntStream.range(0, ids).mapToDouble(i -> numbers.uniform() * 4).toArray();
    double temperature = numbers.oneOf(0.0, 0.5, 0.8, 1.5, 2.0);
    int topK = numbers.pick(0, 0, numbers.between(1, ids));
    Sampling sampling = new Sampling(temperature, topK, numbers.oneOf(1.0, 1.0, 0.9, 0.6));
    // Logits of the compute type, so that both sides have the same.
    double[] p;
    int[] counts = new int[ids];
    try (Scope scope = trial.backend().scope()) {
      double[] exact = trial.backend().tensor(Shape.of(ids), logits).toDoubles();
      p = PlainSampler.of(exact, sampling).probabilities();
      for (int id : draw(trial, exact, sampling)) {
        counts[id]++;
      }
    }
    String what = "counts of %d draws with %s".formatted(SAMPLES, sampling);
    for (int id = 0; id < ids; id++) {
      if (p[id] == 0 && counts[id] > 0) {
        return Outcome.that(false, what + ": id " + id + " is filtered out and was drawn");
      }
    }
    return chiSquare(what, p, counts);
  }

  /** One id for each of many cells of two images, all with the same logits. */
  private static int[] draw(Trial trial, double[] logits, Sampling sampling) {
    int images = 2;
    int cells = SAMPLES / images;
    DecodeBatch batch = DecodeBatch.of(trial.drawn().firstImage(), new int[images]);
    double[] rows = new double[SAMPLES * logits.length];
    Arrays.setAll(rows, i -> logits[i % logits.length]);
    int[] places = IntStream.range(0, SAMPLES).map(i -> i % cells).toArray();
    Sampler sampler = new Sampler(trial.backend(), sampling, trial.drawn().seed(), images, 1);
    sampler.begin(batch);
    return sampler
        .choose(
            new Plan.Step(0, 0, cells),
            trial.backend().tensor(Shape.of(images, cells, logits.length), rows),
            trial.backend().tensor(Shape.of(0)),
            trial.backend().ints(Shape.of(images, cells), places))
        .toInts();
  }

  /**
   * Pearson's statistic, ids of small expectation taken together, against the quantile of the
   * chi-square distribution by the Wilson-Hilferty approximation (PNAS 17, 1931).
   */
  private static Outcome chiSquare(String what, double[] p, int[] counts) {
    double statistic = 0;
    double rareExpected = 0;
    double rareCount = 0;
    int classes = 0;
    for (int id = 0; id < p.length; id++) {
      double expected = p[id] * SAMPLES;
      if (expected < MIN_EXPECTED) {
        rareExpected += expected;
        rareCount += counts[id];
      } else {
        statistic += square(counts[id] - expected) / expected;
        classes++;
      }
    }
    if (rareExpected >= MIN_EXPECTED) {
      statistic += square(rareCount - rareExpected) / rareExpected;
      classes++;
    }
    double freedom = Math.max(1, classes - 1);
    double spread = 2 / (9 * freedom);
    double bound = freedom * Math.pow(1 - spread + QUANTILE * Math.sqrt(spread), 3);
    return new Outcome(statistic <= bound, statistic, bound, what + ", chi-square", List.of());
  }

  private static double square(double x) {
    return x * x;
  }

  /** Each id is the inverse distribution of its own logits at the number of its image and cell. */
  static Outcome ownNumbers(Trial trial) {
    Case drawn = trial.drawn();
    int vocabulary = trial.config().vocabulary();
    Transcript decoded = trial.decode(trial.decoder(drawn.mask(), drawn.guidance()), drawn.batch());
    double rounding = rounding(trial, vocabulary);
    double worst = 0;
    String where = "ids drawn";
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < drawn.images(); i++) {
      for (int place = 0; place < drawn.targets(); place++) {
        int cell = drawn.orders()[i][place];
        int row = i * drawn.targets() + place;
        double[] logits =
            Arrays.copyOfRange(decoded.logits(), row * vocabulary, (row + 1) * vocabulary);
        PlainSampler plain = PlainSampler.of(logits, drawn.sampling());
        double uniform =
            Philox.uniform(drawn.seed(), drawn.firstImage() + i, cell, 0, Purpose.SAMPLE);
        int id = decoded.ids()[row];
        double distance =
            drawn.sampling().greedy() ? 1 - plain.probabilities()[id] : plain.distance(id, uniform);
        if (plain.margin() > rounding && distance > worst) {
          worst = distance;
          where = "id %d drawn for cell %d of image %d with %s".formatted(id, cell, i, uniform);
          pairs.add(where);
        }
      }
    }
    return new Outcome(worst <= rounding, worst, rounding, where, pairs);
  }

  /** A cumulative sum of V probabilities, each of a few roundings, and a tempered logit's. */
  private static double rounding(Trial trial, int vocabulary) {
    double roundoff = trial.backend().computeType() == DType.F64 ? 0x1p-53 : 0x1p-24;
    return 64 * vocabulary * roundoff;
  }
}
