package dev.arpg4j.tensor;

import java.util.Locale;

/**
 * How one id is drawn from a row of logits (VARIANTS.md 1.7): divide by the temperature, keep the
 * logits that top-k and then top-p let through, softmax, and invert the distribution in id order.
 *
 * @param temperature 0 or more; 0 is greedy (the largest logit, the lowest id among equals), and
 *     other values below 1e-5 act as 1e-5
 * @param topK 0 for all, else every logit at least as large as the k-th largest is kept, ties too
 * @param topP in (0, 1]; in descending order (ties by id) entries are kept until their cumulative
 *     probability exceeds it, the entry that crosses it included; 1 keeps all
 */
public record Sampling(double temperature, int topK, double topP) {
  /** Always the most likely id. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1);

  /** Plain draws from the softmax. */
  public static final Sampling PLAIN = new Sampling(1, 0, 1);

  /** The temperature below which the published sampler clamps. */
  public static final double MIN_TEMPERATURE = 1e-5;

  public Sampling {
    if (!(temperature >= 0 && Double.isFinite(temperature))) {
      throw new InvalidInputException(
          String.format(Locale.ROOT, "temperature %s: expected a number >= 0", temperature));
    }
    if (topK < 0) {
      throw new InvalidInputException("top-k " + topK + ": expected 0 (all) or more");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new InvalidInputException(
          String.format(Locale.ROOT, "top-p %s: expected a number in (0, 1]", topP));
    }
  }

  public boolean greedy() {
    return temperature == 0;
  }
}
