package dev.arpg4j.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cuda.kernel.ShimLibrary.Variant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels with a slip in them: the scenarios that pass the right ones have to fail these. */
class KernelMutantsTest {
  static Stream<KernelMutant> mutants() {
    return KernelMutant.all().stream();
  }

  @BeforeAll
  static void compile() {
    ShimLibrary.prepare(mutants().map(KernelMutantsTest::mutated).toList());
  }

  private static Variant mutated(KernelMutant mutant) {
    String source = KernelSource.text(mutant.file());
    assertThat(source).as("what %s changes", mutant).contains(mutant.text());
    return new Variant(
        mutant.file(), mutant.element(), source.replace(mutant.text(), mutant.replacement()));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void isCaught(KernelMutant mutant) {
    ShimLibrary library = ShimLibrary.of(mutated(mutant));
    Optional<String> caught =
        KernelScenarios.of(mutant.file(), mutant.element()).stream()
            .flatMap(scenario -> scenario.problem(library).stream())
            .findFirst();
    assertThat(caught).as("what is wrong with %s", mutant).isPresent();
  }

  @Test
  void everyFileHasOne() {
    List<String> files = mutants().map(KernelMutant::file).distinct().toList();
    assertThat(files).containsExactlyInAnyOrderElementsOf(KernelSource.files());
  }
}
