package dev.arpg4j.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel on the CPU, against the oracle, in several orders of threads. */
class KernelScenariosTest {
  static Stream<Scenario> scenarios() {
    return KernelScenarios.all().stream();
  }

  private static final Set<Scenario> RUN = new HashSet<>();

  @ParameterizedTest
  @MethodSource("scenarios")
  void liesWithinItsBoundInEveryOrder(Scenario scenario) {
    assertThat(scenario.problem(ShimLibrary.original())).isEmpty();
    RUN.add(scenario);
  }

  @AfterAll
  static void everyKernelWasLaunched() {
    if (RUN.size() == scenarios().count()) {
      ShimLibrary library = ShimLibrary.original();
      assertThat(library.launched()).containsExactlyInAnyOrderElementsOf(library.kernels());
    }
  }
}
