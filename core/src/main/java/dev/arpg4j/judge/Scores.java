package dev.arpg4j.judge;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The scores of several seeds together, each number with two intervals: by the images of each seed
 * alone, and by how the seeds differ, which also sees what all images of a seed have in common.
 *
 * @param each of as many images, one for each seed
 */
public record Scores(List<Score> each) {
  public Scores {
    each = List.copyOf(each);
    if (each.isEmpty()) {
      throw new IllegalArgumentException("no scores");
    }
  }

  /** The mean distance, with the interval that resampling the images gives. */
  public Estimate distanceByImages() {
    double squares = each.stream().mapToDouble(s -> s.distanceError() * s.distanceError()).sum();
    return Estimate.nonNegative(
        mean(Score::distance), Math.sqrt(squares) / each.size(), Estimate.NORMAL_QUANTILE);
  }

  /**
   * The mean distance, with the interval that the seeds give.
   *
   * @throws IllegalStateException if there is one seed, which says nothing of others
   */
  public Estimate distanceBySeeds() {
    return bySeeds(Score::distance);
  }

  /** The share of all images that show what was asked for, with Wilson's interval. */
  public Estimate shareByImages() {
    return Estimate.share(
        each.stream().mapToInt(Score::allHits).sum(), each.stream().mapToInt(Score::images).sum());
  }

  /** The same with the interval that the seeds give; as {@link #distanceBySeeds}. */
  public Estimate shareBySeeds() {
    Estimate open = bySeeds(Score::classShare);
    return new Estimate(open.value(), open.low(), Math.max(open.value(), Math.min(1, open.high())));
  }

  /** The share of a class; there must be an image that was asked to show it. */
  public Estimate shareOf(int label) {
    return Estimate.share(
        each.stream().mapToInt(score -> score.hits()[label]).sum(),
        each.stream().mapToInt(score -> score.asked()[label]).sum());
  }

  /** Whether any image was asked to show a class. */
  public boolean asked(int label) {
    return each.stream().anyMatch(score -> score.asked()[label] > 0);
  }

  private double mean(ToDoubleFunction<Score> number) {
    return Spread.of(each.stream().mapToDouble(number).toArray()).mean();
  }

  private Estimate bySeeds(ToDoubleFunction<Score> number) {
    if (each.size() == 1) {
      throw new IllegalStateException("one seed: expected 2 or more");
    }
    Spread spread = Spread.of(each.stream().mapToDouble(number).toArray());
    double error = spread.deviation() / Math.sqrt(each.size());
    return Estimate.nonNegative(spread.mean(), error, StudentT.quantile(each.size() - 1));
  }
}
