package dev.arpg4j.tensor.interpret;

import org.jspecify.annotations.Nullable;

/** Ends a comparison that was told to stop at the first difference. */
public final class DifferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Difference difference;

  DifferenceException(Difference difference, @Nullable Throwable cause) {
    super(difference.toString(), cause);
    this.difference = difference;
  }

  public Difference difference() {
    return difference;
  }
}
