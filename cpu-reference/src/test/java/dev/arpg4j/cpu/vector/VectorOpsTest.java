package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op against the oracle within the op's bound, and every fused op against its definition. */
class VectorOpsTest {
  private static final int RANDOM_CASES = 40;

  private static final OracleBackend ORACLE = new OracleBackend();
  private static final VectorBackend VECTOR = new VectorBackend(2);

  @AfterAll
  static void close() {
    ORACLE.close();
    VECTOR.close();
  }

  static List<OpCase> listed() {
    return Bits.cases();
  }

  static List<String> ops() {
    return OpCases.ops();
  }

  static Stream<OpCase> small() {
    return OpCases.small().stream();
  }

  @ParameterizedTest
  @MethodSource("listed")
  void agreesWithTheOracle(OpCase opCase) {
    expectPass(opCase, opCase.compare(ORACLE, VECTOR));
  }

  @ParameterizedTest
  @MethodSource("ops")
  void agreesWithTheOracleOnRandomSizes(String op) {
    for (long seed = 100; seed < 100 + RANDOM_CASES; seed++) {
      OpCase opCase = OpCases.random(op, seed);
      expectPass(opCase, opCase.compare(ORACLE, VECTOR));
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void overridesAgreeWithDefinitions(OpCase opCase) {
    expectPass(opCase, opCase.compareWithDefinition(VECTOR));
  }

  private static void expectPass(OpCase opCase, Comparison comparison) {
    assertThat(comparison.passed()).as("%s: %s", opCase, comparison).isTrue();
  }
}
