package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Probes;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the card does at best, measured in the same run as what is held against it: a copy within
 * the device, bytes read and written, and a square product in the compute type.
 *
 * <p>As everything that {@code bench kernels} measures, both start with a cold cache, which {@link
 * Stopwatch} flushes before each sample. The matrix rate of {@code bench throughput} is another
 * number: there products follow each other with whatever the caches hold, as in a decode.
 *
 * @param bytesPerSecond of the faster way to copy
 * @param operationsPerSecond of the product
 * @param measurements both, as rows
 */
record CardCeilings(
    double bytesPerSecond, double operationsPerSecond, List<Measurement> measurements) {
  /** Ten times what the largest cache of today holds. */
  private static final int COPIED = 512 << 20;

  /** Fills any card of today. */
  private static final int SQUARE = 8192;

  private static final int QUICK_COPIED = 1 << 18;
  private static final int QUICK_SQUARE = 64;
  private static final int WORD = 4;
  private static final int SMALLEST = 1024;

  /**
   * Measures.
   *
   * @param quick with sizes that show that it runs, and no more
   */
  static CardCeilings of(KernelBench bench, Device device, boolean quick) {
    long free = device.gpu().freeBytes();
    int copied = quick ? QUICK_COPIED : COPIED;
    while (2L * copied > free / 2 && copied > SMALLEST) {
      copied /= 2;
    }
    int square = quick ? QUICK_SQUARE : SQUARE;
    while (3L * square * square * device.element().bytes() > free / 2 && square > 1) {
      square /= 2;
    }
    List<Measurement> measurements = new ArrayList<>();
    measurements.addAll(
        bench.measure("copy", NamedShape.of(Sizes.of("words", copied / WORD)), CardCeilings::copy));
    measurements.addAll(
        bench.measure(
            "product",
            NamedShape.of(Sizes.of("B", 1, "n", square, "O", square, "K", square)),
            ProductKernels::linear));
    Measurement copy = best(measurements, "copy");
    Measurement product = best(measurements, "product");
    return new CardCeilings(
        copy.work().bytesPerSecond(copy.device().median()),
        product.work().operationsPerSecond(product.device().median()),
        measurements);
  }

  private static Measurement best(List<Measurement> measurements, String op) {
    return measurements.stream()
        .filter(measurement -> measurement.op().equals(op))
        .min(Comparator.comparingDouble(measurement -> measurement.device().median()))
        .orElseThrow();
  }

  private static Prepared copy(Workbench bench, Sizes at) {
    int words = at.of("words");
    Operand from = bench.floats(words, 1);
    Output to = bench.output(words, Operand.Kind.F32);
    Probes probes = new Probes(bench.launcher());
    int[] picks = Picks.of(words, 1 << 10);
    return Prepared.of(
        List.of(from),
        0,
        List.of(to),
        oracle -> List.of(Proof.rows(to, 1, picks, from.rows(1, picks), ErrorBound.exact())),
        new Version("kernel", () -> probes.copy(from.address(), to.address(), from.bytes())),
        new Version(
            "driver", () -> bench.gpu().onDevice(to.address(), from.address(), from.bytes())));
  }

  /** A version's bytes a second as a share of the copy's. */
  double shareOfCopy(Measurement of) {
    return of.work().bytesPerSecond(of.device().median()) / bytesPerSecond;
  }

  /** A version's operations a second as a share of the product's. */
  double shareOfProduct(Measurement of) {
    return of.work().operationsPerSecond(of.device().median()) / operationsPerSecond;
  }
}
