package dev.arpg4j.properties.gradients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.tensor.tape.Tape.Activations;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every system's gradients, with the blocks of its layers computed again or kept: the same bits,
 * whatever the number of threads.
 */
class RecomputedModelsTest {
  private static final TinySizes SIZES =
      new TinySizes(16, 2, 3, new TokenGrid(3, 4), 11, 3, 10_000);

  static Stream<Arguments> systems() {
    return Family.all().stream()
        .flatMap(
            variant -> Stream.of("oracle", "cpu").map(name -> Arguments.of(variant.name(), name)));
  }

  @ParameterizedTest
  @MethodSource("systems")
  void gradientsAreTheKeptOnesToTheBit(String variant, String backend) {
    double[][] kept = gradients(Family.named(variant), backend, 1, Activations.KEPT);
    double[][] recomputed = gradients(Family.named(variant), backend, 2, Activations.RECOMPUTED);
    assertThat(recomputed).isDeepEqualTo(kept);
    assertThat(Arrays.stream(kept).flatMapToDouble(Arrays::stream)).anyMatch(value -> value != 0);
  }

  /** By every weight, none where the loss does not depend on it. */
  private static double[][] gradients(
      Variant variant, String name, int threads, Activations activations) {
    try (Backend backend =
        BackendProvider.named(name).open(BackendProvider.Settings.ofThreads(threads))) {
      Architecture architecture = variant.tiny(SIZES);
      RandomWeights weights = new RandomWeights(architecture.parameters(), 7, 0.3);
      Network network = architecture.load(backend, weights, DType.F32);
      Tape tape = new Tape(backend, activations);
      try (Scope step = backend.scope()) {
        Map<Weight, Tensor> gradients = tape.gradients(loss(architecture, network.on(tape)));
        return network.weights().stream()
            .map(weight -> gradients.get(weight))
            .map(gradient -> gradient == null ? new double[0] : gradient.toDoubles())
            .toArray(double[][]::new);
      }
    }
  }

  /** The mean cross-entropy of a teacher-forced pass over two images. */
  private static Tensor loss(Architecture architecture, Network network) {
    Backend backend = network.backend();
    ForwardPass pass = new ForwardPass(network, architecture.training());
    Draw draw = new Draw(3);
    int[][] tokens = new int[2][];
    int[][] orders = new int[2][];
    Shape places = Shape.of(architecture.places());
    for (int image = 0; image < tokens.length; image++) {
      tokens[image] = draw.ints(places, 0, architecture.vocabulary());
      orders[image] = architecture.trainingOrder(5, image);
    }
    int[] classes = {network.classId(0), network.nullClassId()};
    ForwardPass.Images images = new ForwardPass.Images(classes, tokens, orders);
    int[] targets = Arrays.stream(pass.targets(images)).flatMapToInt(Arrays::stream).toArray();
    try (Scope scope = backend.scope()) {
      Tensor logits = pass.logits(images);
      Tensor ids = backend.ints(logits.shape().dropLast(), targets);
      return scope.keep(backend.mean(backend.crossEntropy(logits, ids)));
    }
  }
}
