package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle runs every case, the same way each time, and overrides no definition. */
class OracleCasesTest {
  static Stream<OpCase> cases() {
    Stream<OpCase> random =
        OpCases.ops().stream()
            .flatMap(op -> LongStream.range(0, 20).mapToObj(seed -> OpCases.random(op, seed)));
    return Stream.concat(OpCases.small().stream(), random);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCaseGivesTheSameNumbersTwice(OpCase opCase) {
    try (OracleBackend one = new OracleBackend();
        OracleBackend other = new OracleBackend()) {
      Comparison comparison = opCase.compare(one, other);
      assertThat(comparison.maxError()).as("%s: %s", opCase, comparison).isZero();
      assertThat(opCase.compareWithDefinition(one).maxError()).as("%s", opCase).isZero();
    }
  }

  @Test
  void everyPrimitiveHasCases() {
    assertThat(OpCases.small()).hasSizeGreaterThan(200);
  }
}
