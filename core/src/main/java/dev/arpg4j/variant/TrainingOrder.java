package dev.arpg4j.variant;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.stream.IntStream;

/** In which order an image's cells are fed in training. */
@FunctionalInterface
public interface TrainingOrder {
  /**
   * The cell of each place.
   *
   * @param image the image's number in the run
   * @return [N]
   */
  int[] of(Architecture architecture, long seed, int image);

  /** This for a run that presents so many images in all: what anneals, anneals with the run. */
  default TrainingOrder over(long images) {
    return this;
  }

  /** What it comes to at the end of a run. */
  default TrainingOrder last() {
    return this;
  }

  /** {@link Architecture#trainingOrder}: the one its paper trains on. */
  record Own() implements TrainingOrder {
    @Override
    public int[] of(Architecture architecture, long seed, int image) {
      return architecture.trainingOrder(seed, image);
    }
  }

  /** Row by row (VARIANTS.md 1.11, "raster order"). */
  record Raster() implements TrainingOrder {
    @Override
    public int[] of(Architecture architecture, long seed, int image) {
      return IntStream.range(0, architecture.places()).toArray();
    }
  }

  /** Every image its own random order. */
  record Random() implements TrainingOrder {
    @Override
    public int[] of(Architecture architecture, long seed, int image) {
      return Shuffle.of(architecture.places(), seed, image, 0, Purpose.TRAINING_ORDER);
    }
  }

  /**
   * Random at first and raster in the end, by {@link Rar#randomOrders} (VARIANTS.md 4.4).
   *
   * @param imagesPerEpoch how many images one of the schedule's 400 epochs presents
   */
  record Annealed(double imagesPerEpoch) implements TrainingOrder {
    private static final int EPOCHS = 400;
    private static final int IMAGENET = 1_281_167;

    /** As published: an epoch is all of ImageNet. */
    public Annealed() {
      this(IMAGENET);
    }

    @Override
    public TrainingOrder over(long images) {
      return new Annealed((double) images / EPOCHS);
    }

    /** The order of decoding. */
    @Override
    public TrainingOrder last() {
      return new Raster();
    }

    @Override
    public int[] of(Architecture architecture, long seed, int image) {
      int slot = architecture.places(); // behind those whose uniforms are the order
      float drawn = Philox.uniform(seed, image, slot, 0, Purpose.TRAINING_ORDER);
      TrainingOrder order =
          drawn < Rar.randomOrders(image / imagesPerEpoch) ? new Random() : new Raster();
      return order.of(architecture, seed, image);
    }
  }
}
