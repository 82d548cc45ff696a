package dev.arpg4j.properties.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Breaks the backward pass, one fault at a time: finite differences that do not notice would prove
 * nothing. What is found has to be a wrong gradient; an exception on the way does not count.
 */
@Tag("any-width")
class BackwardMutantsTest {
  /** Some faults show only where extents happen to agree, in one case of sixteen. */
  private static final int TRIES = 100;

  static Iterable<BackwardMutant> mutants() {
    return BackwardMutants.all();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void everyFaultIsNoticed(BackwardMutant mutant) {
    Optional<String> noticed = Optional.empty();
    for (long seed = 0; seed < TRIES && noticed.isEmpty(); seed++) {
      noticed = difference(mutant, seed);
    }
    assertThat(noticed).as(mutant.fault()).isPresent();
  }

  private static Optional<String> difference(BackwardMutant mutant, long seed) {
    GradientCase drawn =
        Objects.requireNonNull(OpGradients.all().get(mutant.drawn())).apply(new Draw(seed));
    try (Backend oracle = OpGradientsTest.open("oracle")) {
      BackwardMutant.Broken broken = mutant.breaks().apply(oracle);
      return FiniteDifferences.difference(drawn, oracle, broken::gradients);
    } catch (IllegalArgumentException | IndexOutOfBoundsException misfit) {
      return Optional.empty();
    }
  }
}
