package dev.arpg4j.verify;

import dev.arpg4j.tensor.Sampling;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The distribution that an id is drawn from, a second time (VARIANTS.md 1.7): temperature, then
 * top-k, then top-p, then softmax.
 *
 * @param probabilities by id; 0 for what the filters drop
 * @param margin how close a filter came to deciding otherwise, as a difference of logits or
 *     probabilities: below rounding, the distribution is not decided
 */
record PlainSampler(double[] probabilities, double margin) {
  /** The distribution of a row of logits; greedy is all on the first of the largest. */
  static PlainSampler of(double[] logits, Sampling sampling) {
    Integer[] descending =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]))
            .toArray(Integer[]::new);
    if (sampling.greedy()) {
      double[] one = new double[logits.length];
      one[descending[0]] = 1;
      return new PlainSampler(one, Double.POSITIVE_INFINITY);
    }
    double temperature = Math.max(sampling.temperature(), Sampling.MIN_TEMPERATURE);
    int kept = topK(logits, descending, sampling.topK());
    double margin =
        kept == logits.length
            ? Double.POSITIVE_INFINITY
            : (logits[descending[kept - 1]] - logits[descending[kept]]) / temperature;
    double[] p = softmax(logits, descending, kept, temperature);
    double before = 0;
    int nucleus = 0;
    while (sampling.topP() < 1 && nucleus < kept && before <= sampling.topP()) {
      margin = Math.min(margin, Math.abs(before - sampling.topP()));
      before += p[descending[nucleus++]];
    }
    if (sampling.topP() < 1) {
      margin = nucleus < kept ? Math.min(margin, Math.abs(before - sampling.topP())) : margin;
      p = softmax(logits, descending, nucleus, temperature);
    }
    return new PlainSampler(p, margin);
  }

  /** How many of the largest are as large as the k-th largest, or larger. */
  private static int topK(double[] logits, Integer[] descending, int k) {
    int kept = k == 0 ? logits.length : Math.min(k, logits.length);
    while (kept < logits.length && logits[descending[kept]] == logits[descending[kept - 1]]) {
      kept++;
    }
    return kept;
  }

  private static double[] softmax(
      double[] logits, Integer[] descending, int kept, double temperature) {
    double[] p = new double[logits.length];
    double total = 0;
    for (int i = 0; i < kept; i++) {
      int id = descending[i];
      p[id] = Math.exp((logits[id] - logits[descending[0]]) / temperature);
      total += p[id];
    }
    for (int id = 0; id < p.length; id++) {
      p[id] /= total;
    }
    return p;
  }

  /**
   * How far a uniform number lies outside of the interval that an id is drawn in; 0 if inside,
   * infinite for an id without any probability.
   */
  double distance(int id, double uniform) {
    double low = 0;
    for (int i = 0; i < id; i++) {
      low += probabilities[i];
    }
    double high = low + probabilities[id];
    if (probabilities[id] == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.max(0, Math.max(low - uniform, uniform - high));
  }
}
