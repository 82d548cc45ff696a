package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What kernels find wrong is thrown where numbers are read back, once. */
class CudaFaultsTest {
  private CudaBackend backend;
  private Scope scope;

  @BeforeEach
  void open() {
    backend = OnStandIn.open(DType.F32);
    scope = backend.scope();
  }

  @AfterEach
  void close() {
    if (backend != null) {
      scope.close();
      backend.close();
    }
  }

  private Tensor zeros(int... dims) {
    Shape shape = Shape.of(dims);
    return backend.tensor(shape, new double[(int) shape.size()]);
  }

  private void expectOutside(String message, Supplier<Tensor> op) {
    Tensor result = op.get();
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(result::toFloats)
        .withMessage(message);
    assertThat(zeros(1).toFloats()).as("once").containsExactly(0);
  }

  @Test
  void indicesOutsideAreNamed() {
    Weight table =
        backend.weight(new ArraySource("w", Shape.of(3, 2), 1, 2, 3, 4, 5, 6), DType.F32);
    Tensor kv = zeros(1, 2, 2);
    expectOutside(
        "embed: id 3, expected 0..2",
        () -> backend.embed(table, backend.ints(Shape.of(4), 0, 1, 3, 2)));
    expectOutside(
        "gather: index -1, expected 0..1",
        () -> backend.gather(zeros(1, 2, 5), backend.ints(Shape.of(1), -1)));
    expectOutside(
        "rope: row 4, expected 0..3",
        () -> backend.rope(kv, zeros(4, 1, 2), backend.ints(Shape.of(2), 0, 4), 1));
    for (int end : new int[] {0, 3, -1}) {
      expectOutside(
          "attention: visibleEnd " + end + ", expected 1..2",
          () -> backend.attention(kv, kv, kv, backend.ints(Shape.of(2), 1, end), 1, 1));
    }
    expectOutside(
        "crossEntropy: target 4, expected 0..3",
        () -> backend.crossEntropy(zeros(1, 4), backend.ints(Shape.of(1), 4)));
  }

  @Test
  void gradientsNameThemToo() {
    Tensor kv = zeros(1, 2, 2);
    for (int index : new int[] {-1, 4}) {
      expectOutside(
          "scatterAdd: index " + index + ", expected 0..3",
          () -> backend.scatterAdd(kv, backend.ints(Shape.of(2), 0, index), 4));
    }
    expectOutside(
        "crossEntropy: target 4, expected 0..3",
        () -> backend.crossEntropyBackward(zeros(1, 4), backend.ints(Shape.of(1), 4), zeros(1)));
    Tensor ends = backend.ints(Shape.of(2), 1, 3);
    expectOutside(
        "attention: visibleEnd 3, expected 1..2",
        () -> backend.attentionBackward(kv, kv, kv, ends, 1, 1, kv).q());
  }

  @Test
  void aRowWrittenToACacheIsCheckedToo() {
    KvCache cache = backend.kvCache(1, 4, 1, 2);
    Tensor row = zeros(1, 1, 2);
    expectOutside(
        "rope: row 7, expected 0..3",
        () -> {
          backend.appendRotated(cache, row, row, zeros(4, 1, 2), backend.ints(Shape.of(1), 7));
          return cache.keys();
        });
  }

  @Test
  void logitsThatAreNoNumbersAreNamed() {
    Tensor logits = backend.tensor(Shape.of(2, 3), 0, 1, 2, 1, Double.NaN, 2);
    Tensor half = backend.tensor(Shape.of(2), 0.5, 0.5);
    Tensor ids = backend.sample(logits, half, Sampling.PLAIN);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(ids::toInts)
        .withMessage("sample: row 1 has NaN at id 1");
    assertThat(backend.sample(zeros(2, 3), half, Sampling.GREEDY).toInts()).containsExactly(0, 0);
  }
}
