package dev.arpg4j.judge;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/**
 * Judges images by their features and classes, against the features of real images.
 *
 * <p>The distance of a sample is biased upwards, the more the fewer images there are, and a
 * resampled set has fewer different ones, so that its distance is larger still: percentiles of
 * resampled distances would lie above the distance itself. What resampling does tell is the spread,
 * and that alone is taken from it.
 */
public final class Judge {
  /** Enough for a standard error (Efron and Tibshirani, 1993, section 6.4). */
  private static final int RESAMPLES = 200;

  private final FrechetDistance distance;
  private final int classes;
  private final long seed;

  /**
   * A judge who knows these real images.
   *
   * @param real their features
   * @param classes C
   * @param seed of the resampling
   */
  public Judge(Gaussian real, int classes, long seed) {
    this.distance = new FrechetDistance(real);
    this.classes = classes;
    this.seed = seed;
  }

  /**
   * The score of images.
   *
   * @param asked [n], the class that each was to show
   */
  public Score score(Reading reading, int[] asked) {
    if (asked.length != reading.images()) {
      throw new IllegalArgumentException(
          "%d classes asked for, of %d images".formatted(asked.length, reading.images()));
    }
    int[] of = new int[classes];
    int[] hits = new int[classes];
    for (int i = 0; i < asked.length; i++) {
      of[asked[i]]++;
      hits[asked[i]] += reading.labels()[i] == asked[i] ? 1 : 0;
    }
    double[][] features = reading.features();
    return new Score(distance.of(Gaussian.fitted(features)), standardError(features), of, hits);
  }

  /** How far the distance of such a set lies from its mean: the spread of resampled distances. */
  private double standardError(double[][] features) {
    double[] distances = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      distances[r] = distance.of(Gaussian.fitted(features, times(r, features.length)));
    }
    return Spread.of(distances).deviation();
  }

  /** How often each of n images is taken when n are drawn with replacement. */
  private int[] times(int resample, int n) {
    int[] times = new int[n];
    for (int i = 0; i < n; i++) {
      times[(int) (Philox.uniform(seed, resample, i, 0, Purpose.RESAMPLING) * (double) n)]++;
    }
    return times;
  }
}
