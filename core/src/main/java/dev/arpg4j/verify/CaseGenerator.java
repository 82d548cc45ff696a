package dev.arpg4j.verify;

import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Sampling;
import java.util.stream.IntStream;

/**
 * Draws cases. Sizes are small, so that hundreds of tries take seconds; what breaks a decoder is
 * the shape of a case (one head, one row, no self layers, a grid that is not square), not its size.
 */
final class CaseGenerator {
  private static final int MAX_ATTEMPTS = 200;

  /** Times 1/√D: activations of order one through a few layers, hence logits of order one. */
  private static final double WEIGHT_SCALE = 1.5;

  private CaseGenerator() {}

  static Case draw(long seed, CaseKind kind) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Numbers numbers = new Numbers(seed, attempt);
      ArpgConfig config = config(numbers, kind);
      double deviation = WEIGHT_SCALE / Math.sqrt(config.dim());
      Checkpoint model = Checkpoint.random("a random model", config, seed, deviation);
      Case drawn = around(model, seed, numbers);
      if (kind.fits(drawn)) {
        return drawn;
      }
    }
    throw new IllegalStateException("seed " + seed + " has no case of kind " + kind);
  }

  static Case of(Checkpoint model, long seed) {
    return around(model, seed, new Numbers(seed, 0));
  }

  private static ArpgConfig config(Numbers numbers, CaseKind kind) {
    int dim = numbers.pick(16, 16, 24, 24, 32, 48);
    int heads = numbers.pick(divisors(dim / 4));
    boolean queries = kind != CaseKind.ANY || numbers.chance(0.8);
    int self = kind == CaseKind.CROSS_ONLY ? 0 : numbers.pick(0, 1, 1, 2, 3);
    boolean large = numbers.chance(0.1);
    return new ArpgConfig(
        dim,
        heads,
        queries ? self : Math.max(1, self),
        queries ? numbers.between(1, 3) : 0,
        new TokenGrid(numbers.between(2, large ? 6 : 4), numbers.between(2, large ? 6 : 4)),
        numbers.between(5, 24),
        numbers.between(2, 5),
        8,
        numbers.oneOf(100.0, 10_000.0),
        1e-5,
        numbers.chance(0.7) ? KvSharing.SHARED : KvSharing.PER_LAYER,
        queries ? Readout.QUERY_ROWS : Readout.CONTENT_ROWS);
  }

  private static int[] divisors(int n) {
    return IntStream.rangeClosed(1, n).filter(i -> n % i == 0).toArray();
  }

  private static Case around(Checkpoint model, long seed, Numbers numbers) {
    ArpgConfig config = model.config();
    int cells = config.grid().cells();
    int images = numbers.between(1, 3);
    int[] classes = ids(numbers, images, config.classes());
    int[][] tokens = new int[images][];
    for (int i = 0; i < images; i++) {
      tokens[i] = ids(numbers, cells, config.vocabulary());
    }
    int knownCells = numbers.chance(0.3) ? numbers.between(1, cells / 2) : 0;
    int[] shuffled = numbers.permutation(cells);
    int[] known = IntStream.of(shuffled).limit(knownCells).toArray();
    int[] unknown = IntStream.of(shuffled).skip(knownCells).toArray();
    int[][] orders = new int[images][];
    for (int i = 0; i < images; i++) {
      orders[i] = numbers.shuffled(unknown);
    }
    return new Case(
        seed,
        model,
        numbers.between(0, 1000),
        classes,
        tokens,
        known,
        orders,
        plan(numbers, config, unknown.length),
        numbers.oneOf(Pass1Mask.values()),
        guidance(numbers),
        sampling(numbers, config.vocabulary()));
  }

  private static int[] ids(Numbers numbers, int count, int below) {
    return IntStream.range(0, count).map(i -> numbers.between(0, below - 1)).toArray();
  }

  private static Plan plan(Numbers numbers, ArpgConfig config, int cells) {
    boolean onlyOnes = config.readout() == Readout.CONTENT_ROWS || numbers.chance(0.1);
    return onlyOnes
        ? Plan.ones(cells)
        : Plan.ofSizes(numbers.partition(cells, numbers.between(2, Math.max(2, cells / 2))));
  }

  private static Guidance guidance(Numbers numbers) {
    return new Guidance(
        numbers.oneOf(GuidanceSchedule.LINEAR, GuidanceSchedule.CONSTANT),
        numbers.oneOf(1.0, 1.5, 2.5, 4.0));
  }

  private static Sampling sampling(Numbers numbers, int vocabulary) {
    double temperature = numbers.chance(0.3) ? 0 : numbers.oneOf(0.5, 1.0, 2.0);
    int topK = numbers.chance(0.5) ? 0 : numbers.between(1, vocabulary);
    return new Sampling(temperature, topK, numbers.oneOf(1.0, 1.0, 0.9, 0.5));
  }
}
