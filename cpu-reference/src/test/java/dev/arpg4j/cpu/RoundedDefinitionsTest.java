package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A definition that writes every step down, as float or as bfloat16, lies within the op's bound of
 * one that writes its result alone.
 */
@Tag("any-width")
class RoundedDefinitionsTest {
  private static final int RANDOM_SEEDS = 20;

  private static final List<String> GRADIENTS =
      List.of(
          "mulRows",
          "linearBackward",
          "linearWeightBackward",
          "swiGluBackward",
          "rmsNormBackward",
          "layerNormBackward",
          "softmaxBackward",
          "crossEntropyBackward",
          "adamW");

  private static Stream<OpCase> cases() {
    return GRADIENTS.stream()
        .flatMap(
            op ->
                Stream.concat(
                    OpCases.of(op).stream().filter(opCase -> !opCase.large()),
                    Stream.iterate(1L, seed -> seed + 1)
                        .limit(RANDOM_SEEDS)
                        .map(seed -> OpCases.random(op, seed))));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void liesWithinTheBound(DType type) {
    try (Backend rounded = new Rounded(new OracleBackend(), type)) {
      assertThat(cases())
          .allSatisfy(
              opCase -> {
                Comparison comparison = opCase.compareWithDefinition(rounded);
                assertThat(comparison.passed()).as("%s: %s", opCase, comparison).isTrue();
              });
    }
  }
}
