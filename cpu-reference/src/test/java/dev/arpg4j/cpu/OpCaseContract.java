package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every backend owes: each op case within its bound of the oracle, each fused op within its
 * bound of its definition on the backend's own primitives. A failing case can be run alone: {@code
 * -Darpg4j.case=NAME} picks from the list, {@code -Darpg4j.case.seed=N} draws the random cases of
 * that one seed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OpCaseContract {
  private static final int RANDOM_SEEDS = 20;

  private final Backend oracle = new OracleBackend();
  private Backend subject;

  /** Starts the backend under test. */
  protected abstract Backend open();

  @BeforeAll
  void start() {
    subject = open();
  }

  @AfterAll
  void stop() {
    subject.close();
    oracle.close();
  }

  static Stream<OpCase> cases() {
    String name = System.getProperty("arpg4j.case");
    Long seed = Long.getLong("arpg4j.case.seed");
    if (name != null) {
      return Stream.of(OpCases.named(name));
    }
    LongStream seeds = seed == null ? LongStream.range(0, RANDOM_SEEDS) : LongStream.of(seed);
    List<OpCase> listed = seed == null ? OpCases.small() : List.of();
    return Stream.concat(
        listed.stream(), seeds.boxed().flatMap(each -> OpCases.random(each).stream()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void liesWithinItsBoundOfTheOracle(OpCase opCase) {
    check(opCase, opCase.compare(oracle, subject));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void liesWithinItsBoundOfTheDefinition(OpCase opCase) {
    check(opCase, opCase.compareWithDefinition(subject));
  }

  private void check(OpCase opCase, Comparison comparison) {
    assertThat(comparison.passed())
        .withFailMessage(() -> opCase.report(comparison, command(opCase)))
        .isTrue();
  }

  private String command(OpCase opCase) {
    boolean listed = OpCases.all().contains(opCase);
    return "./mvnw test -pl cpu-reference -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=%s %s"
        .formatted(
            getClass().getSimpleName(),
            listed
                ? "'-Darpg4j.case=" + opCase.name() + "'"
                : "-Darpg4j.case.seed=" + opCase.seed());
  }
}
