package dev.arpg4j.cli;

import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a backend's matrix product reaches at a size at which nothing else counts: the ceiling that
 * a decoder is held against.
 *
 * <p>Products follow each other with warm caches, as in a decode. The ceilings of {@code bench
 * kernels} are another number: they flush the cache before each product.
 *
 * @param size of the square matrices
 * @param flopsPerSecond of the median of {@value #REPEATS} products, two for each multiply-add
 */
record MatrixRate(int size, double flopsPerSecond) {
  private static final int REPEATS = 10;
  private static final int WARM_UP = 3;
  private static final int SMALLEST = 1024;

  /** Fills any accelerator of today. */
  private static final int LARGEST = 8192;

  /** A product that takes this long is large enough. */
  private static final double LONG_MILLIS = 20;

  private static final double MILLIS_PER_SECOND = 1e3;

  /** Measures with matrices of random numbers: zeros would be faster than real data. */
  static MatrixRate of(Backend backend) {
    int size = SMALLEST;
    double millis = millis(backend, size);
    while (size < LARGEST && millis < LONG_MILLIS) {
      size *= 2;
      millis = millis(backend, size);
    }
    return new MatrixRate(size, 2.0 * size * size * size / millis * MILLIS_PER_SECOND);
  }

  private static double millis(Backend backend, int size) {
    Weight weight =
        backend.weight(
            RandomWeights.matrix("matrix of " + size, size, size, 0),
            backend.computeType() == DType.BF16 ? DType.BF16 : DType.F32,
            Weight.Use.PANELS,
            Weight.Use.ROWS);
    try (Scope scope = backend.scope()) {
      int[] all = IntStream.range(0, size).toArray();
      Tensor x = backend.embed(weight, backend.ints(Shape.of(size), all));
      for (int i = 0; i < WARM_UP; i++) {
        multiply(backend, x, weight);
      }
      double[] millis = new double[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        try (Moment before = backend.now()) {
          multiply(backend, x, weight);
          try (Moment after = backend.now()) {
            millis[i] = after.millisSince(before);
          }
        }
      }
      Arrays.sort(millis);
      return millis[REPEATS / 2];
    }
  }

  private static void multiply(Backend backend, Tensor x, Weight weight) {
    try (Scope scope = backend.scope()) {
      backend.linear(x, weight);
    }
  }
}
