package dev.arpg4j.cli;

/** What the process ends with. */
public final class ExitCode {
  /** What was asked for is done. */
  public static final int OK = 0;

  /** A check ran and did not hold. */
  public static final int CHECK_FAILED = 1;

  /** What was asked for cannot be done: bad input, files that cannot be read or written. */
  public static final int BAD_INPUT = 2;

  /** A fault of this program. */
  public static final int FAULT = 3;

  private ExitCode() {}
}
