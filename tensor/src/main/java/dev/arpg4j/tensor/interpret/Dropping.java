package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.stream.IntStream;

/**
 * Drops entries at every place where the model says {@link #regularized} (VARIANTS.md 1.6, 6). An
 * entry's fate is a Philox number of its image, its place among the image's rows and the place in
 * the model, counted as they are said: it is the same however a step is cut into micro-batches.
 *
 * <p>For one forward pass: the places of the next are counted from 0 by another. It stands in front
 * of whoever records gradients, who hears {@link #dropout}.
 */
public final class Dropping extends ForwardingOps {
  private final double probability;
  private final long seed;
  private final int firstImage;
  private int places;

  /**
   * Drops for the images {@code firstImage ..} of a run.
   *
   * @param probability how often an entry is dropped, 0 or more and below 1; with 0 no op is said
   * @param seed of the run
   * @param firstImage the number, in the run, of the first image of the forward pass
   */
  public Dropping(Backend delegate, double probability, long seed, int firstImage) {
    super(delegate);
    if (!(probability >= 0 && probability < 1)) {
      throw new InvalidInputException(
          "dropout %s: expected 0 or more and below 1".formatted(probability));
    }
    this.probability = probability;
    this.seed = seed;
    this.firstImage = firstImage;
  }

  @Override
  public boolean regularizes() {
    return probability > 0 || super.regularizes();
  }

  /**
   * Dropped.
   *
   * @param x [B, .., D], one sequence for each image
   */
  @Override
  public Tensor regularized(Tensor x) {
    Tensor heard = delegate().regularizes() ? super.regularized(x) : x;
    if (probability == 0) {
      return heard;
    }
    return dropout(heard, probability, uniforms(heard.shape(), places++));
  }

  private Tensor uniforms(Shape shape, int place) {
    int images = shape.dim(0);
    int entries = Math.toIntExact(shape.size() / images);
    Tensor numbers =
        uniform(
            ints(Shape.of(2), (int) seed, (int) (seed >>> Integer.SIZE)),
            ints(Shape.of(images), IntStream.range(firstImage, firstImage + images).toArray()),
            ints(Shape.of(entries), IntStream.range(0, entries).toArray()),
            ints(Shape.of(1), place),
            Purpose.DROPOUT); // [B, entries]
    return reshape(numbers, shape);
  }
}
