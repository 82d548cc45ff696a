package dev.arpg4j.properties.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.tensor.tape.Tape.Activations;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * The gradient of every op by every operand is what finite differences say, on the oracle in
 * float64. No vector width plays a part.
 */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
@Tag("any-width")
final class OpGradientsTest {
  /** Ids and noise that were drawn are constants; what works on caches is refused. */
  private static final Set<String> WITHOUT =
      Set.of(
          "uniform",
          "sample",
          "sampleGuided",
          "gumbel",
          "select",
          "remask",
          "append",
          "appendRotated",
          "attentionRotated");

  /** Gradients have none of their own: a tape refuses second derivatives. */
  private static final Set<String> FIRST_ORDER =
      Set.of(
          "linearBackward",
          "linearWeightBackward",
          "attentionBackward",
          "swiGluBackward",
          "siluBackward",
          "geluBackward",
          "rmsNormBackward",
          "layerNormBackward",
          "softmaxBackward",
          "crossEntropyBackward",
          "adamW");

  @Property
  void gradientsAreFiniteDifferences(@ForAll long seed) {
    try (Backend oracle = open("oracle")) {
      OpGradients.all()
          .forEach(
              (name, draw) -> {
                GradientCase drawn = draw.apply(new Draw(seed));
                Optional<String> wrong = FiniteDifferences.difference(drawn, oracle);
                wrong.ifPresent(what -> fail("%s, seed %d: %s".formatted(name, seed, what)));
              });
    }
  }

  /** Each case says its op in a scope, whose operands go with it. */
  @Property(tries = 20)
  void recomputedGradientsAreTheKeptOnesToTheBit(@ForAll long seed) {
    for (String name : List.of("oracle", "cpu")) {
      try (Backend backend = open(name)) {
        OpGradients.all()
            .forEach(
                (op, draw) -> {
                  GradientCase drawn = draw.apply(new Draw(seed));
                  assertThat(gradients(drawn, backend, Activations.RECOMPUTED))
                      .as("%s on %s, seed %d", op, name, seed)
                      .isDeepEqualTo(gradients(drawn, backend, Activations.KEPT));
                });
      }
    }
  }

  private static double[][] gradients(
      GradientCase drawn, Backend backend, Activations activations) {
    List<Weight> weights = drawn.load(backend);
    Tape tape = new Tape(backend, activations);
    try (Scope scope = backend.scope()) {
      Map<Weight, Tensor> gradients = tape.gradients(drawn.loss(tape, weights));
      return weights.stream()
          .map(weight -> Objects.requireNonNull(gradients.get(weight)).toDoubles())
          .toArray(double[][]::new);
    }
  }

  @Example
  void everyOpOfTheVocabularyIsDifferentiatedOrListed() {
    Set<String> differentiated =
        OpGradients.all().values().stream()
            .map(draw -> draw.apply(new Draw(0)).op())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> ops =
        Stream.of(Ops.class.getMethods())
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .map(Method::getName)
            .filter(name -> !name.equals("section"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known = new TreeSet<>(differentiated);
    List.of(WITHOUT, FIRST_ORDER).forEach(known::addAll);
    assertThat(known).isEqualTo(ops);
  }

  static Backend open(String name) {
    return BackendProvider.named(name).open(BackendProvider.Settings.ofThreads(1));
  }
}
