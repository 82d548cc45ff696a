package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cli.BenchContribution;

/** Adds {@code kernels} to {@code arpg bench}. */
public final class KernelsContribution implements BenchContribution {
  @Override
  public Object command() {
    return new KernelsCommand();
  }
}
