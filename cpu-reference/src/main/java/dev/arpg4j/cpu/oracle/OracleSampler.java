package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleRows.Index;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Uniform numbers, and ids drawn with them (VARIANTS.md 1.7, "Filters"). */
final class OracleSampler {
  private OracleSampler() {}

  /** y[b, i] = Philox.uniform(seed, images[b], slots[b, i], draw, purpose). */
  static double[] uniform(long seed, int[] images, Index slots, int draw, Purpose purpose) {
    double[] y = new double[images.length * slots.n()];
    for (int b = 0; b < images.length; b++) {
      for (int i = 0; i < slots.n(); i++) {
        y[b * slots.n() + i] = Philox.uniform(seed, images[b], slots.at(b, i), draw, purpose);
      }
    }
    return y;
  }

  /**
   * One id for each row.
   *
   * @param logits [rows, width]
   * @param uniform [rows], in [0, 1)
   * @throws ArithmeticException if a row has a NaN, or its largest logit is infinite
   */
  static int[] sample(double[] logits, double[] uniform, int width, Sampling sampling) {
    int[] ids = new int[uniform.length];
    for (int r = 0; r < ids.length; r++) {
      double[] row = Arrays.copyOfRange(logits, r * width, (r + 1) * width);
      requireDistribution(row, r);
      if (sampling.greedy()) {
        ids[r] = argmax(row);
      } else {
        double[] tempered = divide(row, Math.max(sampling.temperature(), Sampling.MIN_TEMPERATURE));
        boolean[] kept = topK(tempered, sampling.topK());
        kept = topP(probabilities(tempered, kept), kept, sampling.topP());
        ids[r] = invert(probabilities(tempered, kept), uniform[r]);
      }
    }
    return ids;
  }

  private static void requireDistribution(double[] row, int r) {
    for (int id = 0; id < row.length; id++) {
      if (Double.isNaN(row[id]) || row[id] == Double.POSITIVE_INFINITY) {
        throw new ArithmeticException("sample: row %d has %s at id %d".formatted(r, row[id], id));
      }
    }
    if (row.length == 0 || row[argmax(row)] == Double.NEGATIVE_INFINITY) {
      throw new ArithmeticException("sample: row %d has no finite logit".formatted(r));
    }
  }

  /** The place of the largest, the first among equals. */
  private static int argmax(double[] row) {
    int best = 0;
    for (int id = 1; id < row.length; id++) {
      if (row[id] > row[best]) {
        best = id;
      }
    }
    return best;
  }

  private static double[] divide(double[] row, double temperature) {
    double[] divided = new double[row.length];
    for (int id = 0; id < row.length; id++) {
      divided[id] = row[id] / temperature;
    }
    return divided;
  }

  /** Keeps every logit at least as large as the k-th largest, ties too; all for k = 0. */
  static boolean[] topK(double[] row, int k) {
    double[] sorted = row.clone();
    Arrays.sort(sorted);
    double threshold =
        k == 0 || k >= row.length ? Double.NEGATIVE_INFINITY : sorted[row.length - k];
    boolean[] kept = new boolean[row.length];
    for (int id = 0; id < row.length; id++) {
      kept[id] = row[id] >= threshold;
    }
    return kept;
  }

  /** The softmax over the kept ids; the others get 0. */
  static double[] probabilities(double[] row, boolean[] kept) {
    double max = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < row.length; id++) {
      max = kept[id] ? Math.max(max, row[id]) : max;
    }
    double[] p = new double[row.length];
    double sum = 0;
    for (int id = 0; id < row.length; id++) {
      p[id] = kept[id] ? Math.exp(row[id] - max) : 0;
      sum += p[id];
    }
    for (int id = 0; id < row.length; id++) {
      p[id] /= sum;
    }
    return p;
  }

  /**
   * In descending order of probability (ties by id), keeps an entry while the sum of those before
   * it does not exceed {@code limit}: the entry that crosses the limit is kept. 1 keeps all.
   */
  static boolean[] topP(double[] p, boolean[] candidates, double limit) {
    if (limit == 1) {
      return candidates;
    }
    int[] descending =
        IntStream.range(0, p.length)
            .filter(id -> candidates[id])
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -p[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] kept = new boolean[p.length];
    double before = 0;
    for (int id : descending) {
      kept[id] = before <= limit;
      before += p[id];
    }
    return kept;
  }

  /**
   * The first id whose cumulative probability exceeds {@code uniform}. Where rounding ends the sum
   * below it, the last id with any probability: a filtered id has none and never comes out.
   */
  static int invert(double[] p, double uniform) {
    double cumulative = 0;
    int last = 0;
    for (int id = 0; id < p.length; id++) {
      if (p[id] > 0) {
        cumulative += p[id];
        last = id;
        if (cumulative > uniform) {
          break;
        }
      }
    }
    return last;
  }
}
