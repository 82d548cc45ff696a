package dev.arpg4j.train;

/** Training came to a NaN or an infinity; the message says in which step and, if known, where. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int step;

  /**
   * A step whose result is no number.
   *
   * @param step from 0
   */
  DivergedException(int step, String message) {
    super("step %d: %s".formatted(step, message));
    this.step = step;
  }

  /** The step that went wrong, from 0; weights and moments are as before it. */
  public int step() {
    return step;
  }
}
