package dev.arpg4j.properties.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.verify.contract.Clause;
import dev.arpg4j.verify.contract.Clauses;
import dev.arpg4j.verify.contract.ContractRun;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A broken system has to break the clause that is about its fault. On the oracle, whose noise
 * cannot hide a fault.
 */
@Tag("any-width")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VariantMutantsTest {
  /** Where a fault does not show in so many cases, it does not show. */
  private static final int CASES = 6;

  private final Backend oracle =
      BackendProvider.named("oracle").open(BackendProvider.Settings.ofThreads(2));

  @AfterAll
  void close() {
    oracle.close();
  }

  static List<VariantMutant> mutants() {
    return VariantMutants.all();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void breaksItsClause(VariantMutant mutant) {
    Variant broken = mutant.variant();
    Clause named =
        Clauses.all().stream()
            .filter(clause -> clause.id().equals(mutant.clause()))
            .findFirst()
            .orElseThrow();
    ContractRun run = ContractRun.of(named, broken, oracle, 0, CASES);
    assertThat(run.passed()).as(mutant + ": " + run.line()).isFalse();
  }

  @Test
  void everyVariantHasAMutant() {
    assertThat(VariantMutants.all().stream().map(VariantMutant::of).distinct())
        .containsExactlyInAnyOrderElementsOf(Family.all().stream().map(Variant::name).toList());
  }
}
