package dev.arpg4j.jmh;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What was measured gave a wrong result. */
final class WrongResultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongResultException(String message) {
    super(message);
  }

  /** The one behind a failure: JMH keeps what a benchmark throws as suppressed, not as cause. */
  static Optional<WrongResultException> behind(Throwable failure) {
    if (failure instanceof WrongResultException wrong) {
      return Optional.of(wrong);
    }
    return Stream.concat(
            Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()))
        .flatMap(next -> behind(next).stream())
        .findFirst();
  }
}
