package dev.arpg4j.properties.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.variant.Contract;
import dev.arpg4j.variant.Contract.Claim;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.verify.contract.Clause;
import dev.arpg4j.verify.contract.Clauses;
import dev.arpg4j.verify.contract.ContractRun;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of a variant, clause by clause, on the living definition and on the fast backend. A
 * variant's own test inherits it and names the variant.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class VariantContract {
  private static final int CASES = Boolean.getBoolean("arpg4j.thorough") ? 20 : 3;

  /** What is false shows in one of so many cases. */
  private static final int LOOKED_AT = 30;

  private static final int THREADS = 2;

  private final Variant variant;
  private final Backend oracle = open("oracle");
  private final Backend cpu = open("cpu");

  VariantContract(String name) {
    this.variant = Family.named(name);
  }

  private static Backend open(String name) {
    return BackendProvider.named(name).open(BackendProvider.Settings.ofThreads(THREADS));
  }

  final Variant variant() {
    return variant;
  }

  @AfterAll
  void close() {
    oracle.close();
    cpu.close();
  }

  static List<Clause> clauses() {
    return Clauses.all();
  }

  @ParameterizedTest
  @MethodSource("clauses")
  @Tag("any-width")
  void isTrueInFloat64(Clause clause) {
    check(clause, oracle);
  }

  @ParameterizedTest
  @MethodSource("clauses")
  void isTrueInFloat32(Clause clause) {
    check(clause, cpu);
  }

  /** A claim that could be turned round and still pass would say nothing. */
  @ParameterizedTest
  @MethodSource("clauses")
  @Tag("any-width")
  void isFalseTurnedRound(Clause clause) {
    Contract.Entry entry = variant.contract().entries().get(clause.id());
    if (entry != null && entry.claim() != Claim.UNDEFINED) {
      Claim other = entry.claim() == Claim.HOLDS ? Claim.VIOLATED : Claim.HOLDS;
      Contract turned = Contract.none().says(clause.id(), other, "turned round");
      ContractRun run = ContractRun.of(clause, variant, turned, oracle, 0, LOOKED_AT);
      assertThat(run.passed()).as(run.line()).isFalse();
    }
  }

  private void check(Clause clause, Backend backend) {
    ContractRun run = ContractRun.of(clause, variant, backend, 0, CASES);
    assertThat(run.passed()).as(run.report()).isTrue();
  }
}
