package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pooled memory: given back when a scope closes, reused, and never read after that. */
class VectorMemoryTest {
  private final VectorBackend backend = new VectorBackend(2, 1);

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void everyOpGivesAllItsMemoryBack() {
    for (OpCase opCase : OpCases.small()) {
      try (Scope scope = backend.scope()) {
        opCase.prepare(backend).call().on(backend);
      }
      assertThat(backend.pool().lentBytes()).as("lent after %s", opCase).isZero();
    }
  }

  @Test
  void everyOpRunsInMemoryThatItGaveBack() {
    for (OpCase opCase : OpCases.small()) {
      try (Scope scope = backend.scope()) {
        OpCase.Prepared prepared = opCase.prepare(backend);
        run(prepared);
        long idle = backend.pool().idleBytes();
        run(prepared);
        // Threads take scratch space as they come, so a second run may need one more of it.
        run(prepared);
        run(prepared);
        assertThat(backend.pool().idleBytes())
            .as("idle after four runs of %s, %d after the first", opCase, idle)
            .isLessThanOrEqualTo(2 * idle);
      }
    }
  }

  private void run(OpCase.Prepared prepared) {
    try (Scope step = backend.scope()) {
      prepared.call().on(backend);
    }
  }

  @Test
  void scratchSpaceComesBackWhenAnOpFails() {
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 3), 1, Double.NaN, 2);
      Tensor half = backend.tensor(Shape.of(1), 0.5);
      long before = backend.pool().lentBytes();
      try (Scope step = backend.scope()) {
        assertThat(catchThrowable(() -> backend.sample(x, half, Sampling.PLAIN)))
            .isInstanceOf(ArithmeticException.class)
            .hasMessageContaining("row 0 has NaN at id 1");
      }
      assertThat(backend.pool().lentBytes()).isEqualTo(before);
    }
  }

  @Test
  void aViewKeptKeepsItsArray() {
    try (Scope outer = backend.scope()) {
      Tensor kept;
      try (Scope inner = backend.scope()) {
        Tensor whole = backend.tensor(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        kept = inner.keep(backend.slice(whole, 0, 1, 2));
      }
      try (Scope other = backend.scope()) {
        backend.tensor(Shape.of(2, 3), 9, 9, 9, 9, 9, 9);
        assertThat(kept.toFloats()).containsExactly(4, 5, 6);
      }
    }
    assertThat(backend.pool().lentBytes()).isZero();
  }

  @Test
  void aTensorOfAClosedScopeIsRefused() {
    try (Scope outer = backend.scope()) {
      Tensor gone;
      try (Scope inner = backend.scope()) {
        gone = backend.tensor(Shape.of(2), 1, 2);
      }
      assertThatIllegalStateException().isThrownBy(gone::toFloats);
      assertThatIllegalStateException().isThrownBy(() -> backend.silu(gone));
      assertThatIllegalStateException().isThrownBy(() -> backend.reshape(gone, Shape.of(1, 2)));
      assertThatIllegalStateException().isThrownBy(() -> backend.slice(gone, 0, 0, 1));
    }
  }

  @Test
  void anOpWithoutAScopeIsRefusedAndLeaksNothing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> backend.tensor(Shape.of(2), 1, 2))
        .withMessageContaining("scope");
    assertThat(backend.pool().lentBytes()).isZero();
  }

  @Test
  void aCacheOfAClosedScopeIsRefused() {
    try (Scope outer = backend.scope()) {
      KvCache cache;
      try (Scope inner = backend.scope()) {
        cache = backend.kvCache(1, 4, 1, 2);
      }
      Tensor row = backend.tensor(Shape.of(1, 1, 2), 1, 2);
      assertThatIllegalStateException().isThrownBy(() -> backend.append(cache, row, row));
      assertThat(cache.length()).isZero();
    }
  }

  @Test
  void sizeClassesWasteAtMostAQuarter() {
    for (long size = 64; size < 100_000; size = size * 9 / 8 + 1) {
      int length = BufferPool.sizeClass(size);
      assertThat((long) length).isBetween(size, size + size / 4 + 1);
      assertThat(BufferPool.sizeClass(length)).as("class of a class").isEqualTo(length);
    }
    assertThat(BufferPool.sizeClass(0)).isEqualTo(64);
  }

  @Test
  void aTensorLongerThanAnArrayIsRefusedInOneLine() {
    try (Scope scope = backend.scope()) {
      Tensor column = backend.tensor(Shape.of(1, 1 << 16, 1), new double[1 << 16]);
      long before = backend.pool().lentBytes();
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> backend.matmul(column, false, column, true))
          .withMessage("a tensor of 4294967296 elements: arrays hold at most 2147483639");
      assertThat(backend.pool().lentBytes()).isEqualTo(before);
    }
  }
}
