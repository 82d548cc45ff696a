package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Draws each id independently from its row, with the Philox number of its image and cell, so a
 * parallel and a sequential decode draw with identical noise (VARIANTS.md 5).
 */
public final class Sampler implements TokenChooser {
  private final Backend backend;
  private final Sampling sampling;
  private final Tensor seed;
  private final Tensor images;
  private final List<Tensor> draws = new ArrayList<>();

  /**
   * A sampler for batches of that many images, whose constants live in the innermost scope.
   *
   * @param draws how often a cell may be drawn, by another number in each step; 1 if it has one
   *     number, whatever the step
   */
  public Sampler(Backend backend, Sampling sampling, long seed, int images, int draws) {
    this.backend = backend;
    this.sampling = sampling;
    this.seed = backend.ints(Shape.of(2), (int) seed, (int) (seed >>> 32));
    this.images = backend.ints(Shape.of(images), new int[images]);
    for (int draw = 0; draw < draws; draw++) {
      this.draws.add(backend.ints(Shape.of(1), draw));
    }
  }

  @Override
  public void begin(DecodeBatch batch) {
    int[] places = IntStream.range(0, batch.images()).map(i -> batch.firstImage() + i).toArray();
    backend.assign(images, places);
  }

  @Override
  public Tensor choose(Plan.Step step, Tensor logits, Tensor guidance, Tensor cells) {
    Tensor draw = draws.get(draws.size() == 1 ? 0 : step.index());
    Tensor uniform = backend.uniform(seed, images, cells, draw, Purpose.SAMPLE);
    return guidance.shape().size() == 0
        ? backend.sample(logits, uniform, sampling)
        : backend.sampleGuided(logits, guidance, uniform, sampling);
  }
}
