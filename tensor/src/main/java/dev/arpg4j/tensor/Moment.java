package dev.arpg4j.tensor;

/**
 * A moment in a backend's work ({@link Backend#now}), for measuring without making the host wait
 * while there is more to say.
 */
public interface Moment extends AutoCloseable {
  /**
   * The milliseconds from another moment of the same backend to this one; waits until both have
   * come.
   *
   * @throws IllegalArgumentException if {@code earlier} is another backend's
   */
  double millisSince(Moment earlier);

  /** Gives back what the device holds for it. */
  @Override
  void close();

  /**
   * A moment of a backend that has done everything once it is said.
   *
   * @param nanos {@link System#nanoTime}
   */
  static Moment ofHost(long nanos) {
    return new HostMoment(nanos);
  }
}
