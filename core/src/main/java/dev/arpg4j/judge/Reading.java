package dev.arpg4j.judge;

/**
 * What the classifier makes of images.
 *
 * @param features [n][D], its penultimate features
 * @param labels [n], the likeliest class of each
 */
public record Reading(double[][] features, int[] labels) {
  public Reading {
    if (features.length != labels.length) {
      throw new IllegalArgumentException(
          "features of %d images, classes of %d".formatted(features.length, labels.length));
    }
  }

  /** n. */
  public int images() {
    return labels.length;
  }
}
