package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;

/**
 * Draws each id independently from its row, with the Philox number of its image and cell, so a
 * parallel and a sequential decode draw with identical noise (VARIANTS.md 5).
 */
public final class Sampler implements TokenChooser {
  private final Backend backend;
  private final Sampling sampling;
  private final Uniforms uniforms;

  /**
   * A sampler for batches of that many images, whose constants live in the innermost scope.
   *
   * @param draws how often a cell may be drawn, by another number in each step; 1 if it has one
   *     number, whatever the step
   */
  public Sampler(Backend backend, Sampling sampling, long seed, int images, int draws) {
    this.backend = backend;
    this.sampling = sampling;
    this.uniforms = new Uniforms(backend, Purpose.SAMPLE, seed, images, draws);
  }

  @Override
  public void begin(DecodeBatch batch) {
    uniforms.begin(batch);
  }

  @Override
  public Tensor choose(Plan.Step step, Tensor logits, Tensor guidance, Tensor cells) {
    Tensor uniform = uniforms.of(step, cells);
    return guidance.shape().size() == 0
        ? backend.sample(logits, uniform, sampling)
        : backend.sampleGuided(logits, guidance, uniform, sampling);
  }
}
