package dev.arpg4j.jmh;

import dev.arpg4j.cli.BenchContribution;

/** Adds {@code jmh} to {@code arpg bench}. */
public final class JmhContribution implements BenchContribution {
  @Override
  public Object command() {
    return new JmhCommand();
  }
}
