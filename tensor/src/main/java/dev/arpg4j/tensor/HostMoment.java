package dev.arpg4j.tensor;

/** A reading of the host's clock. */
record HostMoment(long nanos) implements Moment {
  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public double millisSince(Moment earlier) {
    if (earlier instanceof HostMoment host) {
      return (nanos - host.nanos) / NANOS_PER_MILLI;
    }
    throw new IllegalArgumentException("a moment of another backend");
  }

  @Override
  public void close() {
    // a number holds nothing
  }
}
