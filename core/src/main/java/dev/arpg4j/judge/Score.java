package dev.arpg4j.judge;

import java.util.Arrays;

/**
 * What one set of images is worth.
 *
 * @param distance the squared Fréchet distance to the reference
 * @param distanceError its standard error, by resampling
 * @param asked [C], how many images were asked to show each class
 * @param hits [C], how many of them the classifier gives that class
 */
public record Score(double distance, double distanceError, int[] asked, int[] hits) {
  /** How many images there are. */
  public int images() {
    return Arrays.stream(asked).sum();
  }

  /** How many show what was asked for. */
  public int allHits() {
    return Arrays.stream(hits).sum();
  }

  /** The share that shows what was asked for. */
  public double classShare() {
    return (double) allHits() / images();
  }
}
