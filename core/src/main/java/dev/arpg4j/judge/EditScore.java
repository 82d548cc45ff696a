package dev.arpg4j.judge;

import java.util.stream.IntStream;

/**
 * What edited images are worth, each a real one in which a part was made anew.
 *
 * @param classShare the share that still shows the class of the real image
 * @param seamStep the colour step across the border between kept and made, in levels of 0 .. 255
 * @param seamExcess by how much it is larger than the step at the same place of the real image
 */
public record EditScore(Estimate classShare, Estimate seamStep, Estimate seamExcess) {
  /**
   * The score of n images.
   *
   * @param classes [n], those of the real images
   * @param steps [n], across the border of each
   * @param realSteps [n], at the same place of the real image
   */
  public static EditScore of(Reading reading, int[] classes, double[] steps, double[] realSteps) {
    int images = reading.images();
    if (classes.length != images || steps.length != images || realSteps.length != images) {
      throw new IllegalArgumentException(
          "%d images with %d classes, %d steps and %d real ones"
              .formatted(images, classes.length, steps.length, realSteps.length));
    }
    int hits =
        (int) IntStream.range(0, images).filter(i -> reading.labels()[i] == classes[i]).count();
    double[] excess =
        IntStream.range(0, images).mapToDouble(i -> steps[i] - realSteps[i]).toArray();
    return new EditScore(Estimate.share(hits, images), Estimate.mean(steps), Estimate.mean(excess));
  }
}
