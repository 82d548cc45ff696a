package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.cpu.vector.VectorBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.RoutineCase;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoutineTest {
  static Stream<Arguments> casesOnEach() {
    List<Named<Supplier<Backend>>> backends =
        List.of(
            Named.of("oracle", OracleBackend::new),
            Named.of("cpu", () -> new VectorBackend(2)),
            Named.of("checked", () -> new Checked(new OracleBackend())),
            Named.of(
                "compared",
                () ->
                    new Comparing(
                        new OracleBackend(), new VectorBackend(1), Comparing.OnDifference.STOP)));
    return RoutineCase.all().stream()
        .flatMap(each -> backends.stream().map(backend -> Arguments.of(each, backend)));
  }

  @ParameterizedTest
  @MethodSource("casesOnEach")
  void givesWhatSayingTheWorkGives(RoutineCase each, Supplier<Backend> open) {
    try (Backend backend = open.get()) {
      assertThat(each.violations(backend)).isEmpty();
    }
  }

  static List<RoutineCase> cases() {
    return RoutineCase.all();
  }

  /** Does the work twice and gives the numbers of the second run from then on. */
  private static final class Stale extends ForwardingOps {
    Stale() {
      super(new VectorBackend(1));
    }

    @Override
    public <T> Routine<T> routine(Supplier<T> work) {
      return new Routine<>() {
        private int runs;
        private Supplier<T> again = work;

        @Override
        public T run() {
          T result = again.get();
          if (++runs == 2) {
            again = copy(result);
          }
          return result;
        }

        @Override
        public void close() {}
      };
    }

    /** The work of every case gives a tensor. */
    @SuppressWarnings("unchecked")
    private <T> Supplier<T> copy(T result) {
      Tensor tensor = (Tensor) result;
      Shape shape = tensor.shape();
      if (tensor.dtype() == DType.I32) {
        int[] ids = tensor.toInts();
        return () -> (T) ints(shape, ids);
      }
      double[] values = tensor.toDoubles();
      return () -> (T) tensor(shape, values);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void seesABackendThatRepeatsItself(RoutineCase each) {
    try (Backend stale = new Stale()) {
      assertThat(each.violations(stale)).isNotEmpty();
    }
  }
}
