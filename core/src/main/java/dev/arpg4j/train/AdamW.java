package dev.arpg4j.train;

import dev.arpg4j.tensor.GradientOps;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;

/**
 * The optimizer's numbers (VARIANTS.md 1.6).
 *
 * @param beta1 how much of the first moment stays, 0 or more and below 1
 * @param beta2 how much of the second moment stays, likewise
 * @param epsilon below 1, and no less than the least normal float32: were it rounded to 0, a
 *     parameter without a gradient would become 0/0
 * @param decay of parameters of two or more axes, 0 or more
 * @param clip the longest gradient, by its Euclidean norm over all parameters, above 0; 0 for any
 */
public record AdamW(double beta1, double beta2, double epsilon, double decay, double clip) {
  /** What keeps the clipping factor of a vanishing gradient finite, as PyTorch has it. */
  private static final double CLIP_EPSILON = 1e-6;

  public AdamW {
    Range.halfOpen("beta1", beta1, 0, 1);
    Range.halfOpen("beta2", beta2, 0, 1);
    if (!(epsilon >= Float.MIN_NORMAL && epsilon < 1)) {
      throw new InvalidInputException(
          "epsilon %s: expected %s or more and below 1".formatted(epsilon, Float.MIN_NORMAL));
    }
    Range.notNegative("weight_decay", decay);
    Range.notNegative("clip_norm", clip);
  }

  /** What a gradient of that norm is multiplied by. */
  double clipping(double norm) {
    return clip == 0 ? 1 : Math.min(1, clip / (norm + CLIP_EPSILON));
  }

  /**
   * The numbers of one step on a parameter.
   *
   * @param step from 0
   * @param factor of the gradient
   */
  GradientOps.AdamWStep step(int step, double rate, Shape parameter, double factor) {
    // Strict: the same bits in every JVM, whatever it compiled.
    return new GradientOps.AdamWStep(
        rate,
        beta1,
        beta2,
        epsilon,
        parameter.rank() >= 2 ? decay : 0,
        1 - StrictMath.pow(beta1, step + 1.0),
        1 - StrictMath.pow(beta2, step + 1.0),
        factor);
  }
}
