package dev.arpg4j.compare;

import java.util.List;

/**
 * What decoding a batch took, in a process of its own.
 *
 * @param images of the batch
 * @param secondsPerImage one number a decode, sorted
 * @param stepMillis of the median step of the median decode
 * @param peakBytes the most memory held, loading included
 * @param peakMeasure how that was found: the device's own account, or VmHWM of the process
 */
public record Measured(
    int images,
    List<Double> secondsPerImage,
    double stepMillis,
    long peakBytes,
    String peakMeasure) {
  public Measured {
    secondsPerImage = List.copyOf(secondsPerImage);
    if (secondsPerImage.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  /** Seconds an image takes, in the median. */
  public double median() {
    return secondsPerImage.get(secondsPerImage.size() / 2);
  }

  public double imagesPerSecond() {
    return 1 / median();
  }

  /** By the slowest decode. */
  public double leastImagesPerSecond() {
    return 1 / secondsPerImage.getLast();
  }

  /** By the fastest decode. */
  public double mostImagesPerSecond() {
    return 1 / secondsPerImage.getFirst();
  }

  /** Whether the slowest decode of one was no slower than the fastest of the other. */
  boolean overlaps(Measured other) {
    return secondsPerImage.getFirst() <= other.secondsPerImage.getLast()
        && other.secondsPerImage.getFirst() <= secondsPerImage.getLast();
  }
}
