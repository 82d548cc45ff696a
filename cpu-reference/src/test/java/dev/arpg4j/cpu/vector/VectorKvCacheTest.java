package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache in panels reads back, and attends, as plain rows do. */
class VectorKvCacheTest {
  private static final int BATCH = 2;
  private static final int HEADS = 3;
  private static final int CAPACITY = 37;

  private VectorBackend backend;
  private Scope scope;

  @BeforeEach
  void open() {
    backend = new VectorBackend(2, 1);
    scope = backend.scope();
  }

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  /** Head widths beside, at and beyond a panel of any vector width. */
  @ParameterizedTest
  @ValueSource(ints = {2, 6, 16, 32, 34, 66})
  void doesAllThatTheOraclesCacheDoes(int headDim) {
    try (OracleBackend oracle = new OracleBackend();
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
    Function<Integer, Tensor> rows = n -> rows(on, n, headDim, n);
    ArrayList<double[]> seen = new ArrayList<>();
    Runnable look =
        () -> {
          seen.add(cache.keys().toDoubles());
          seen.add(cache.values().toDoubles());
        };
    look.run();
    for (int n : new int[] {1, 3, 17, 0, 16}) { // full at 37
      on.append(cache, rows.apply(n), rows(on, n, headDim, n + 100));
      look.run();
    }
    int[] order = IntStream.range(0, CAPACITY).map(i -> i * 5 % CAPACITY).toArray();
    cache.permute(order);
    look.run();
    cache.replace(14, rows.apply(9), rows(on, 9, headDim, 200));
    look.run();
    cache.truncate(20);
    look.run();
    on.append(cache, rows.apply(2), rows.apply(2));
    look.run();
    cache.truncate(0);
    look.run();
    return seen;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 34, 64})
  void attendsToTheSameBitsHoweverItWasFilled(int headDim) {
    Tensor k = rows(backend, CAPACITY, headDim, 1);
    Tensor v = rows(backend, CAPACITY, headDim, 2);
    Tensor q = rows(backend, 5, headDim, 3);
    Tensor ends = backend.ints(Shape.of(5), 1, 16, 17, 36, 37);
    KvCache atOnce = backend.kvCache(BATCH, CAPACITY, HEADS, headDim);
    backend.append(atOnce, k, v);
    KvCache inPieces = backend.kvCache(BATCH, CAPACITY + 11, HEADS, headDim);
    for (int from = 0; from < CAPACITY; from += 5) {
      int to = Math.min(from + 5, CAPACITY);
      backend.append(inPieces, backend.slice(k, 1, from, to), backend.slice(v, 1, from, to));
    }
    int[] expected = Bits.of(backend.attention(q, k, v, ends, HEADS, 0.3));
    assertThat(Bits.of(backend.attention(q, atOnce, ends, 0.3))).isEqualTo(expected);
    assertThat(Bits.of(backend.attention(q, inPieces, ends, 0.3))).isEqualTo(expected);
  }

  /** What lies behind a row's end, NaN even, is not seen: not by its own bits, not by others'. */
  @ParameterizedTest
  @ValueSource(ints = {2, 34})
  void doesNotSeeBehindTheEnd(int headDim) {
    KvCache cache = backend.kvCache(BATCH, CAPACITY, HEADS, headDim);
    Tensor rows = rows(backend, CAPACITY, headDim, 1);
    Tensor q = rows(backend, 6, headDim, 3);
    Tensor ends = backend.ints(Shape.of(6), 5, 20, 20, 1, 7, 19);
    backend.append(cache, rows, rows);
    int[] expected = Bits.of(backend.attention(q, cache, ends, 0.3));
    double[] poison = new double[BATCH * 17 * HEADS * headDim];
    Arrays.fill(poison, Double.NaN);
    Tensor nan = backend.tensor(Shape.of(BATCH, 17, HEADS * headDim), poison);
    cache.replace(20, nan, nan);
    assertThat(Bits.of(backend.attention(q, cache, ends, 0.3))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {4})
  void refusesWhatDoesNotFit(int headDim) {
    KvCache cache = backend.kvCache(BATCH, 4, HEADS, headDim);
    Tensor three = rows(backend, 3, headDim, 1);
    backend.append(cache, three, three);
    assertThatIllegalStateException().isThrownBy(() -> backend.append(cache, three, three));
    assertThatIllegalArgumentException().isThrownBy(() -> cache.truncate(4));
    assertThatIllegalArgumentException().isThrownBy(() -> cache.truncate(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> cache.replace(1, three, three));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.replace(Integer.MAX_VALUE - 1, three, three))
        .withMessage("replace: rows 2147483646..2147483648 of a cache that holds 3 rows");
    assertThatIllegalArgumentException().isThrownBy(() -> cache.permute(new int[] {0, 1}));
    assertThatIllegalArgumentException().isThrownBy(() -> cache.permute(new int[] {0, 1, 1}));
    assertThat(cache.length()).isEqualTo(3);
  }

  private static Tensor rows(Backend on, int n, int headDim, int start) {
    Shape shape = Shape.of(BATCH, n, HEADS * headDim);
    double[] values =
        IntStream.range(0, (int) shape.size())
            .mapToDouble(i -> (float) Math.sin(start + i * 0.7))
            .toArray();
    return on.tensor(shape, values);
  }
}
