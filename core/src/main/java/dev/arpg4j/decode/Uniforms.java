package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The Philox numbers of one purpose for the images of one batch after another. */
public final class Uniforms {
  private final Backend backend;
  private final Purpose purpose;
  private final Tensor seed;
  private final Tensor images;
  private final List<Tensor> draws = new ArrayList<>();

  /**
   * Numbers for batches of that many images; the constants live in the innermost scope.
   *
   * @param draws how many numbers a cell has, another in each step; 1 if it has one, whatever the
   *     step
   */
  public Uniforms(Backend backend, Purpose purpose, long seed, int images, int draws) {
    this.backend = backend;
    this.purpose = purpose;
    this.seed = backend.ints(Shape.of(2), (int) seed, (int) (seed >>> 32));
    this.images = backend.ints(Shape.of(images), new int[images]);
    for (int draw = 0; draw < draws; draw++) {
      this.draws.add(backend.ints(Shape.of(1), draw));
    }
  }

  /** Takes in which images a batch is of. */
  public void begin(DecodeBatch batch) {
    int[] places = IntStream.range(0, batch.images()).map(i -> batch.firstImage() + i).toArray();
    backend.assign(images, places);
  }

  /**
   * The numbers of a step.
   *
   * @param cells I32 [I, n]
   * @return [I, n] in [0, 1)
   */
  public Tensor of(Plan.Step step, Tensor cells) {
    Tensor draw = draws.get(draws.size() == 1 ? 0 : step.index());
    return backend.uniform(seed, images, cells, draw, purpose);
  }
}
