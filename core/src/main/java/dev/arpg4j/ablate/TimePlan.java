package dev.arpg4j.ablate;

import java.util.OptionalDouble;

/**
 * How long work takes that is still to be done, by how long work of its kind took that is done,
 * operation for operation.
 */
public final class TimePlan {
  /** Forward and backward, whose two products are as large each as the forward one. */
  private static final double PASSES = 3;

  /** Kinds of work, each with a pace of its own. */
  public enum Work {
    TRAINING,
    DRAWING
  }

  private static final class Share {
    private double left;
    private double timed;
    private double seconds;

    double secondsLeft(double otherPace) {
      return left * (timed > 0 ? seconds / timed : otherPace);
    }
  }

  private final Share training = new Share();
  private final Share drawing = new Share();

  /** Operations of training on so many images. */
  public static double training(Trial trial, long images) {
    return PASSES * trial.forwardFlops() * images;
  }

  /**
   * Operations of drawing so many images.
   *
   * @param flops of one image without guidance
   * @param branches 2 with guidance
   */
  public static double drawing(long flops, int branches, long images) {
    return (double) flops * branches * images;
  }

  /** Adds work to do. */
  public void add(Work work, double operations) {
    share(work).left += operations;
  }

  /** So much is done, and nobody took the time. */
  public void done(Work work, double operations) {
    share(work).left = Math.max(0, share(work).left - operations);
  }

  /** So much is done, and took that long. */
  public void took(Work work, double operations, double seconds) {
    done(work, operations);
    share(work).timed += operations;
    share(work).seconds += seconds;
  }

  /**
   * Seconds until all is done; empty before any work was timed. Until there is a time of its own, a
   * kind is taken to go at the pace of the other.
   */
  public OptionalDouble secondsLeft() {
    double timed = training.timed + drawing.timed;
    if (timed == 0) {
      return OptionalDouble.empty();
    }
    double pace = (training.seconds + drawing.seconds) / timed;
    return OptionalDouble.of(training.secondsLeft(pace) + drawing.secondsLeft(pace));
  }

  private Share share(Work work) {
    return switch (work) {
      case TRAINING -> training;
      case DRAWING -> drawing;
    };
  }
}
