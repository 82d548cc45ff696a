package dev.arpg4j.verify;

import dev.arpg4j.tensor.cases.DrawMargin;
import java.util.Locale;

/**
 * A token that two backends drew differently in the same context and with the same number, and what
 * explains it. Everything before it is equal, so that the two rows of logits differ by rounding
 * alone; the draw flips if the number lies as close to the border between two ids as such an error
 * can move that border.
 *
 * @param image its place in the request
 * @param step the first in which the image's tokens differ
 * @param cell one of that step's
 * @param expected the reference's id
 * @param found the other backend's id
 * @param uniform the number that both drew with
 * @param error the largest difference between the two rows of guided logits, as measured
 * @param stated the largest that the error analysis of both backends allows
 * @param margin how far the reference's draw is from {@code found}, and how far the measured error
 *     moves it
 * @param ownDraws whether each backend's id follows from its own logits
 */
public record TokenDifference(
    int image,
    int step,
    int cell,
    int expected,
    int found,
    double uniform,
    double error,
    double stated,
    DrawMargin.Margin margin,
    boolean ownDraws) {

  /** Whether rounding, and nothing but rounding, explains it. */
  public boolean isExplained() {
    return ownDraws && error <= stated && margin.isExplained();
  }

  /** The trace in one line. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "    image %d, step %d, cell %d: %d and %d drawn with %.8f; guided logits differ by %.2g"
            + " (stated: %.2g), the draw is %.2g from the other id and that moves it by up to %.2g:"
            + " %s",
        image,
        step,
        cell,
        expected,
        found,
        uniform,
        error,
        stated,
        margin.distance(),
        margin.explained(),
        verdict());
  }

  private String verdict() {
    if (!ownDraws) {
      return "NOT EXPLAINED: an id does not follow from its own logits";
    }
    if (!(error <= stated)) {
      return "NOT EXPLAINED: the logits differ by more than is stated";
    }
    return margin.isExplained() ? "explained" : "NOT EXPLAINED: the draw is too far away";
  }
}
