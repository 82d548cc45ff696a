package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.tensor.Definitions;
import dev.arpg4j.tensor.Ops;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OpCasesTest {
  /** Ops that compute nothing. */
  private static final Set<String> WITHOUT_CASES = Set.of("section", "regularized");

  @Test
  void everyOpThatComputesHasCases() {
    Set<String> ops =
        Arrays.stream(Ops.class.getMethods()).map(Method::getName).collect(Collectors.toSet());
    ops.removeAll(WITHOUT_CASES);
    assertThat(OpCases.ops()).containsExactlyInAnyOrderElementsOf(ops);
  }

  @Test
  void namesTellCasesApart() {
    List<String> names = OpCases.all().stream().map(OpCase::name).toList();
    assertThat(names).doesNotHaveDuplicates();
    for (OpCase opCase : OpCases.all()) {
      assertThat(OpCases.named(opCase.name())).isEqualTo(opCase);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpCases.named("linear of nothing"))
        .withMessageContaining("'linear of nothing'");
  }

  @Test
  void largeCasesAreMarkedAndMeetArpgLAndItsTokenizer() {
    assertThat(OpCases.all()).hasSize(OpCases.small().size() + OpCases.large().size());
    List<String> large = OpCases.large().stream().map(OpCase::op).distinct().toList();
    assertThat(large)
        .contains(
            "linear",
            "embed",
            "attention",
            "rope",
            "rmsNorm",
            "swiGlu",
            "addBias",
            "gelu",
            "layerNorm",
            "modulate",
            "addGated",
            "softmax",
            "sample",
            "guidance",
            "conv2d",
            "groupNorm",
            "l2Normalize",
            "resize",
            "linearBackward",
            "linearWeightBackward",
            "attentionBackward",
            "swiGluBackward",
            "rmsNormBackward",
            "crossEntropyBackward",
            "scatterAdd",
            "adamW");
    assertThat(OpCases.large())
        .anyMatch(opCase -> opCase.name().contains("weight [16384, 1024] BF16"))
        .anyMatch(opCase -> opCase.name().startsWith("attention q [1, 256, 512] H 1"));
  }

  @Test
  void aSeedGivesTheSameRandomCaseAgain() {
    for (String op : OpCases.ops()) {
      List<String> cases =
          LongStream.range(0, 30).mapToObj(seed -> OpCases.random(op, seed).toString()).toList();
      List<String> again =
          LongStream.range(0, 30).mapToObj(seed -> OpCases.random(op, seed).toString()).toList();
      assertThat(again).isEqualTo(cases);
      assertThat(cases).doesNotHaveDuplicates().allMatch(text -> text.startsWith(op + " "));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpCases.random("section", 1))
        .withMessageContaining("op 'section' has no cases")
        .withMessageContaining("linear");
  }

  @Test
  void bothFormsOfAttentionAreDrawn() {
    List<String> attention =
        LongStream.range(0, 10)
            .mapToObj(seed -> OpCases.random("attention", seed).operands())
            .toList();
    assertThat(attention).anyMatch(text -> text.startsWith("cached"));
    assertThat(attention).anyMatch(text -> !text.startsWith("cached"));
  }

  /** Primitives whose default body says that a backend does not have them yet. */
  private static final Set<String> PRIMITIVE_BY_DEFAULT =
      Set.of(
          "value",
          "sumColumns",
          "scatterAdd",
          "dropout",
          "power",
          "siluBackward",
          "geluBackward",
          "attentionBackward");

  @Test
  void definitionsForwardPrimitivesAndNothingElse() {
    Set<String> primitives =
        Arrays.stream(Ops.class.getMethods())
            .filter(
                method ->
                    Modifier.isAbstract(method.getModifiers())
                        || PRIMITIVE_BY_DEFAULT.contains(method.getName()))
            .map(OpCasesTest::signature)
            .collect(Collectors.toSet());
    Set<String> forwarded =
        Arrays.stream(Definitions.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(OpCasesTest::signature)
            .collect(Collectors.toSet());
    assertThat(forwarded).isEqualTo(primitives);
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }
}
