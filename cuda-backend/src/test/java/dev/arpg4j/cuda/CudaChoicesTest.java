package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ids that are chosen by numbers, whatever type those have. */
class CudaChoicesTest {
  /** Not to be told from 1 in bfloat16. */
  private static final double ABOVE_ONE = 1 + 0x1p-20;

  private static final int MASK = 99;

  private CudaBackend backend;

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private Tensor numbers(double... values) {
    return backend.tensor(Shape.of(1, values.length), values);
  }

  private Tensor ids(int... values) {
    return backend.ints(Shape.of(1, values.length), values);
  }

  private Tensor masked(Tensor confidence) {
    Tensor ids = ids(MASK, MASK, 5, MASK);
    Tensor one = backend.ints(Shape.of(1), 1);
    return backend.remask(ids, ids(1, 2, 3, 4), confidence, one, MASK);
  }

  @Test
  void float32IsNotRoundedBeforeItIsCompared() {
    backend = OnStandIn.open(DType.BF16);
    try (Scope scope = backend.scope()) {
      Tensor key = numbers(ABOVE_ONE, 1, 0);
      Tensor limit = backend.tensor(Shape.of(1), 1);
      assertThat(backend.select(key, limit, ids(1, 2, 3), ids(4, 5, 6)).toInts())
          .containsExactly(1, 5, 6);
      assertThat(masked(numbers(1, ABOVE_ONE, 0, 2)).toInts()).containsExactly(MASK, 2, 5, 4);
    }
  }

  /** In bfloat16 the two least are equal, and none is below the cut. */
  @Test
  void resultsOfTheComputeTypeAreComparedAsTheyAre() {
    backend = OnStandIn.open(DType.BF16);
    try (Scope scope = backend.scope()) {
      Tensor key = backend.scale(numbers(ABOVE_ONE, 1, 2), 1);
      assertThat(key.dtype()).isEqualTo(DType.BF16);
      Tensor limit = backend.tensor(Shape.of(1), 1);
      assertThat(backend.select(key, limit, ids(1, 2, 3), ids(4, 5, 6)).toInts())
          .containsExactly(4, 5, 3);
      Tensor confidence = backend.scale(numbers(1, ABOVE_ONE, 0, 2), 1);
      assertThat(masked(confidence).toInts()).containsExactly(1, 2, 5, 4);
    }
  }

  /** The third run is a replay: of other numbers, other ids. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void aRoutineReplaysThem(DType type) {
    backend = OnStandIn.open(type);
    try (Scope scope = backend.scope()) {
      Tensor uniform = numbers(0.1, 0.9, 0.5, 0.7);
      try (Routine<Tensor> routine =
          backend.routine(
              () -> {
                try (Scope inner = backend.scope()) {
                  return inner.keep(masked(backend.gumbel(uniform)));
                }
              })) {
        assertThat(routine.run().toInts()).containsExactly(MASK, 2, 5, 4);
        assertThat(routine.run().toInts()).containsExactly(MASK, 2, 5, 4);
        backend.assign(uniform, 0.9, 0.8, 0.5, 0.7);
        assertThat(routine.run().toInts()).containsExactly(1, 2, 5, MASK);
      }
    }
  }
}
