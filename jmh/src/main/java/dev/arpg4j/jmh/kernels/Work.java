package dev.arpg4j.jmh.kernels;

/**
 * What an op has to do, whichever version does it.
 *
 * @param bytes the least that must move: each input read once, each output written once
 * @param operations by the op's formula ({@link dev.arpg4j.tensor.interpret.OpCost}); 0 where
 *     entries are only moved
 */
record Work(long bytes, long operations) {
  /** Bytes a second, of one run that takes so long. */
  double bytesPerSecond(double micros) {
    return bytes / (micros * 1e-6);
  }

  /** Operations a second. */
  double operationsPerSecond(double micros) {
    return operations / (micros * 1e-6);
  }

  /** Operations for each byte: the place on a roofline. */
  double intensity() {
    return (double) operations / bytes;
  }
}
