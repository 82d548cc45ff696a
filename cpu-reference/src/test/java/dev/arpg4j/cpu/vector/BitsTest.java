package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bits from any number of threads, and from the first call and the 25,000th. */
class BitsTest {
  /** More than the 15,000 after which HotSpot compiles in full (Tier4CompileThreshold). */
  private static final int CALLS = Bits.EMULATED_BRIEFLY ? 1000 : 25_000;

  private static final VectorBackend ALONE = new VectorBackend(1);

  /** With hand-off at no cost, so that even the smallest op is divided. */
  private static final List<VectorBackend> TEAMS =
      List.of(new VectorBackend(2, 1), new VectorBackend(3, 1), new VectorBackend(2));

  @AfterAll
  static void close() {
    ALONE.close();
    TEAMS.forEach(VectorBackend::close);
  }

  static List<OpCase> listed() {
    return Bits.cases();
  }

  @ParameterizedTest
  @MethodSource("listed")
  void threadsDoNotChangeThem(OpCase opCase) {
    int[] expected = Bits.of(opCase, ALONE);
    for (VectorBackend team : TEAMS) {
      assertThat(Bits.of(opCase, team)).as("%s on %s", opCase, team.device()).isEqualTo(expected);
    }
  }

  /** One small case of each op that has inner loops of its own. */
  static Stream<OpCase> hot() {
    Stream<OpCase> middle =
        Stream.of(
                "attention",
                "softmax",
                "rmsNorm",
                "silu",
                "swiGlu",
                "layerNorm",
                "modulate",
                "addGated",
                "resize",
                "rope",
                "linear",
                "sample",
                "groupNorm",
                "l2Normalize",
                "upsampleConv2d",
                "dropout",
                "power",
                "mulRows",
                "sumColumns",
                "scatterAdd",
                "linearBackward",
                "linearWeightBackward",
                "attentionBackward",
                "siluBackward",
                "swiGluBackward",
                "rmsNormBackward",
                "layerNormBackward",
                "softmaxBackward",
                "crossEntropyBackward",
                "adamW")
            .map(op -> OpCases.of(op).stream().filter(opCase -> !opCase.large()).toList())
            .map(cases -> cases.get(cases.size() / 2));
    // A convolution is computed in two ways.
    Stream<OpCase> convolutions =
        Stream.of("kernel [3, 40, 3, 3] F32", "kernel [32, 32, 3, 3] F32")
            .map(
                kernel ->
                    OpCases.of("conv2d").stream()
                        .filter(opCase -> opCase.name().contains(kernel))
                        .findFirst()
                        .orElseThrow());
    Stream<OpCase> activations =
        Stream.of("gelu", "geluBackward")
            .flatMap(op -> Stream.of("exact", "by tanh").map(form -> gelu(op, form)));
    return Stream.of(middle, convolutions, activations).flatMap(cases -> cases);
  }

  private static OpCase gelu(String op, String form) {
    return OpCases.named(op + " x [3, 17] up to 8.0 " + form);
  }

  @ParameterizedTest
  @MethodSource("hot")
  void compilationDoesNotChangeThem(OpCase opCase) {
    try (Scope scope = ALONE.scope()) {
      OpCase.Prepared prepared = opCase.prepare(ALONE);
      int[] first = null;
      for (int call = 0; call < CALLS; call++) {
        try (Scope step = ALONE.scope()) {
          int[] bits = Bits.of(prepared.call().on(ALONE));
          if (first == null) {
            first = bits;
          } else if (!Arrays.equals(first, bits)) {
            assertThat(bits).as("%s at call %d", opCase, call).isEqualTo(first);
          }
        }
      }
    }
  }
}
