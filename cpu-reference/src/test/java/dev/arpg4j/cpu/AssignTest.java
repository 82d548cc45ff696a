package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.cpu.vector.VectorBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Checked;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AssignTest {
  static List<Backend> backends() {
    return List.of(new OracleBackend(), new VectorBackend(1), new Checked(new VectorBackend(1)));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void whatIsSaidNextReadsTheNewValues(Backend backend) {
    try (backend;
        var scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 2), 1, 2);
      Tensor index = backend.ints(Shape.of(1), 0);
      Tensor before = backend.scale(x, 2);
      backend.assign(x, 3.0, 4.0);
      backend.assign(x, new double[] {5, 6});
      backend.assign(index, 1);

      assertThat(before.toDoubles()).containsExactly(2, 4);
      assertThat(x.toDoubles()).containsExactly(5, 6);
      assertThat(backend.scale(x, 2).toDoubles()).containsExactly(10, 12);
      assertThat(backend.gather(x, index).toDoubles()).containsExactly(6);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void refusesAnotherNumberOrKindOfValues(Backend backend) {
    try (backend;
        var scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 2), 1, 2);
      Tensor ids = backend.ints(Shape.of(2), 0, 1);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.assign(x, 1.5))
          .withMessageContaining("1 values for shape [1, 2]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.assign(ids, 1))
          .withMessageContaining("1 values for shape [2]");
      assertThatIllegalArgumentException().isThrownBy(() -> backend.assign(x, new int[] {1, 2}));
      assertThatIllegalArgumentException().isThrownBy(() -> backend.assign(ids, 1.5, 2.5));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void refusesAConstantWhoseScopeIsClosed(Backend backend) {
    try (backend;
        var scope = backend.scope()) {
      Tensor x;
      try (var inner = backend.scope()) {
        x = backend.tensor(Shape.of(1), 1);
      }
      assertThatThrownBy(() -> backend.assign(x, 2.5))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("scope was closed");
    }
  }
}
