package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A cache on the device reads back as the oracle's does. */
class CudaKvCacheTest {
  private static final int BATCH = 2;
  private static final int HEADS = 3;
  private static final int CAPACITY = 37;

  @ParameterizedTest
  @CsvSource({"2, F32", "34, F32", "6, BF16", "16, BF16"})
  void doesAllThatTheOraclesCacheDoes(int headDim, DType type) {
    try (CudaBackend backend = OnStandIn.open(type);
        OracleBackend oracle = new OracleBackend();
        Scope own = backend.scope();
        Scope its = oracle.scope()) {
      List<double[]> expected = history(oracle, headDim);
      List<double[]> found = history(backend, headDim);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i)).as("look %d", i).isEqualTo(expected.get(i));
      }
    }
  }

  /** What a cache holds after every change. */
  private static List<double[]> history(Backend on, int headDim) {
    KvCache cache = on.kvCache(BATCH, CAPACITY, HEADS, headDim);
    List<double[]> seen = new ArrayList<>();
    Runnable look =
        () -> {
          seen.add(cache.keys().toDoubles());
          seen.add(cache.values().toDoubles());
        };
    look.run();
    for (int n : new int[] {1, 3, 17, 0, 16}) { // full at 37
      on.append(cache, rows(on, n, headDim, n), rows(on, n, headDim, n + 100));
      look.run();
    }
    cache.permute(IntStream.range(0, CAPACITY).map(i -> i * 5 % CAPACITY).toArray());
    look.run();
    cache.replace(14, rows(on, 9, headDim, 9), rows(on, 9, headDim, 200));
    look.run();
    cache.truncate(20);
    look.run();
    on.append(cache, rows(on, 2, headDim, 2), rows(on, 2, headDim, 2));
    look.run();
    cache.truncate(0);
    look.run();
    return seen;
  }

  /** Multiples of 1/8 below 4, which every type holds. */
  private static Tensor rows(Backend on, int n, int headDim, int seed) {
    Shape shape = Shape.of(BATCH, n, HEADS * headDim);
    double[] values = Numbers.symmetric(seed, (int) shape.size(), 32);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.rint(values[i]) / 8;
    }
    return on.tensor(shape, values);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void whatDoesNotFitIsRefused(DType type) {
    try (CudaBackend backend = OnStandIn.open(type);
        Scope scope = backend.scope()) {
      KvCache cache = backend.kvCache(BATCH, CAPACITY, HEADS, 2);
      backend.append(cache, rows(backend, 3, 2, 0), rows(backend, 3, 2, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.truncate(4))
          .withMessage("truncate: to 4 of a cache that holds 3 rows");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.replace(3, rows(backend, 1, 2, 0), rows(backend, 1, 2, 0)));
      assertThatIllegalArgumentException().isThrownBy(() -> cache.permute(new int[] {0, 0, 1}));
    }
  }
}
