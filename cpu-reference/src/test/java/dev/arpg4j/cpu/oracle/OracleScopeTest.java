package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who may use a tensor, when and where. */
class OracleScopeTest {
  private final Backend backend =
      BackendProvider.named("oracle").open(BackendProvider.Settings.allCores());

  @Test
  void anOpWithoutScopeSaysHowToOpenOne() {
    assertThatIllegalStateException()
        .isThrownBy(() -> backend.tensor(Shape.of(1), 1))
        .withMessageContaining("no scope is open on this thread")
        .withMessageContaining("backend.scope()");
  }

  @Test
  void aTensorDiesWithItsScope() {
    Tensor tensor;
    Tensor ids;
    try (Scope scope = backend.scope()) {
      tensor = backend.tensor(Shape.of(2), 1, 2);
      ids = backend.ints(Shape.of(2), 1, 2);
    }
    assertThatIllegalStateException()
        .isThrownBy(tensor::toDoubles)
        .withMessageContaining("after its scope was closed");
    assertThatIllegalStateException().isThrownBy(tensor::toFloats);
    assertThatIllegalStateException().isThrownBy(ids::toInts);
    try (Scope scope = backend.scope()) {
      assertThatIllegalStateException().isThrownBy(() -> backend.silu(tensor));
    }
  }

  @Test
  void aKeptTensorLivesAsLongAsTheEnclosingScope() {
    Tensor kept;
    try (Scope outer = backend.scope()) {
      try (Scope inner = backend.scope()) {
        Tensor doubled = backend.scale(backend.tensor(Shape.of(2), 1, 2), 2);
        kept = inner.keep(doubled);
        assertThat(kept).isSameAs(doubled);
      }
      assertThat(kept.toDoubles()).containsExactly(2, 4);
    }
    assertThatIllegalStateException().isThrownBy(kept::toDoubles);
  }

  @Test
  void aCacheDiesWithItsScope() {
    KvCache cache;
    try (Scope scope = backend.scope()) {
      cache = backend.kvCache(1, 2, 1, 2);
    }
    try (Scope scope = backend.scope()) {
      assertThatIllegalStateException().isThrownBy(cache::keys);
    }
  }

  @Test
  void aTensorOfAnotherBackendIsRefused() {
    try (Backend other = new OracleBackend();
        Scope scope = backend.scope();
        Scope otherScope = other.scope()) {
      Tensor foreign = other.tensor(Shape.of(1), 1);
      try (Scope inner = backend.scope()) {
        assertThatIllegalStateException()
            .isThrownBy(() -> inner.keep(foreign))
            .withMessageContaining("another thread or backend");
      }
    }
  }

  @Test
  void scopesOfThreadsAreApart() {
    try (Scope scope = backend.scope()) {
      Tensor shared = backend.tensor(Shape.of(1), 3);
      double[] result =
          CompletableFuture.supplyAsync(
                  () -> {
                    assertThatIllegalStateException().isThrownBy(() -> backend.scale(shared, 2));
                    try (Scope own = backend.scope()) {
                      return backend.scale(shared, 2).toDoubles();
                    }
                  })
              .join();
      assertThat(result).containsExactly(6);
    }
  }

  @Test
  void theTypesOfReadingAreChecked() {
    try (Scope scope = backend.scope()) {
      Tensor reals = backend.tensor(Shape.of(1), 1);
      Tensor ints = backend.ints(Shape.of(1), 1);
      assertThatIllegalStateException().isThrownBy(reals::toInts);
      assertThatIllegalStateException().isThrownBy(ints::toDoubles);
      assertThatIllegalStateException().isThrownBy(ints::toFloats);
    }
  }

  @Test
  void constantsNeedAsManyValuesAsTheirShape() {
    try (Scope scope = backend.scope()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.tensor(Shape.of(2, 2), 1, 2, 3))
          .withMessage("tensor: 3 values for shape [2, 2]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.ints(Shape.of(1)))
          .withMessage("ints: 0 values for shape [1]");
    }
  }

  @Test
  void aClosedBackendOpensNoScope() {
    Backend closing = new OracleBackend();
    closing.scope();
    Tensor tensor = closing.tensor(Shape.of(1), 1);
    closing.close();
    assertThatIllegalStateException().isThrownBy(tensor::toDoubles);
    assertThatIllegalStateException()
        .isThrownBy(closing::scope)
        .withMessage("the backend is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> closing.tensor(Shape.of(1), 1))
        .withMessage("the backend is closed");
  }
}
