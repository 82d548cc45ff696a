package dev.arpg4j.decode;

import dev.arpg4j.tensor.Sampling;

/**
 * Everything that decides which image comes out of a model for a class and a place in the request.
 *
 * @param steps S, 1 .. cells to decode
 * @param pass1 which content rows see which; {@link Pass1Mask} or one's own
 * @param seed the Philox key
 */
public record DecodeSettings(
    int steps,
    StepSchedule schedule,
    Guidance guidance,
    Sampling sampling,
    GenerationOrder order,
    Visibility pass1,
    long seed) {

  /**
   * What suits the embedded model: 64 steps, cosine, guidance 2.25 throughout, temperature 0.5,
   * corners first and then every image its own order, causal pass 1, seed 0.
   */
  public static final DecodeSettings EMBEDDED =
      new DecodeSettings(
          64,
          StepSchedule.COSINE,
          new Guidance(GuidanceSchedule.CONSTANT, 2.25),
          new Sampling(0.5, 0, 1),
          GenerationOrder.CORNERS,
          Pass1Mask.STRICT,
          0);

  /** These settings in another number of steps. */
  public DecodeSettings withSteps(int newSteps) {
    return new DecodeSettings(newSteps, schedule, guidance, sampling, order, pass1, seed);
  }

  /** These settings with another guidance. */
  public DecodeSettings withGuidance(Guidance newGuidance) {
    return new DecodeSettings(steps, schedule, newGuidance, sampling, order, pass1, seed);
  }

  /** These settings with another way to draw. */
  public DecodeSettings withSampling(Sampling newSampling) {
    return new DecodeSettings(steps, schedule, guidance, newSampling, order, pass1, seed);
  }

  /** These settings with another order of the cells. */
  public DecodeSettings withOrder(GenerationOrder newOrder) {
    return new DecodeSettings(steps, schedule, guidance, sampling, newOrder, pass1, seed);
  }

  /** These settings with another pass-1 mask. */
  public DecodeSettings withPass1(Visibility newPass1) {
    return new DecodeSettings(steps, schedule, guidance, sampling, order, newPass1, seed);
  }

  /** These settings under another seed. */
  public DecodeSettings withSeed(long newSeed) {
    return new DecodeSettings(steps, schedule, guidance, sampling, order, pass1, newSeed);
  }
}
