package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Dropping;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.tensor.tape.Tape.Activations;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every objective trains every weight, in the direction that its loss falls. */
class ObjectiveGradientsTest {
  private static final TinySizes SIZES =
      new TinySizes(16, 2, 2, new TokenGrid(3, 4), 11, 3, 10_000);

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  static Stream<Arguments> objectives() {
    Stream<Arguments> family =
        Family.all().stream()
            .map(variant -> variant.tiny(SIZES))
            .map(tiny -> Arguments.of(tiny.getClass().getName(), tiny, tiny.objective().over(100)));
    IntraRing ring = new IntraRing(SIZES.backbone(), Rings.standard(SIZES.grid()));
    ArpgVariant.Sized tokens =
        new ArpgVariant.Sized(
            ArpgConfig.published(16, 2, 1, 1, 3, 11, 3)
                .withControl(new ControlSizes(ControlKind.TOKENS, 1, 0)),
            Pass1Mask.STRICT);
    Stream<Arguments> ablations =
        Ablation.of(ArpgConfig.published(16, 2, 2, 2, 3, 11, 3)).stream()
            .map(row -> Arguments.of(row.name(), row.architecture(), row.objective()));
    return Stream.of(
            family,
            Stream.of(
                Arguments.of("one stack", ring, ring.objective()),
                Arguments.of("condition tokens", tokens, tokens.objective())),
            ablations)
        .flatMap(each -> each);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void gradientsAreThoseOfTheLoss(String name, Architecture architecture, Objective objective) {
    Network network = Tried.of(backend, architecture, 5).network();
    int[] classes = {network.classId(0), network.classId(2)};
    int[][] tokens = new Tried(architecture, network).someTokens(2);
    Examples examples = new Examples(3, 6, 40, classes, tokens, conditions(architecture));
    Map<Weight, double[]> gradients = new IdentityHashMap<>();
    try (Scope _ = backend.scope()) {
      Tape tape = new Tape(backend, Activations.KEPT);
      Tensor loss = objective.of(network.on(new Dropping(tape, 0.1, 3, 40)), examples).nats();
      tape.gradients(loss).forEach((weight, by) -> gradients.put(weight, by.toDoubles()));
    }
    List<Learned> trained = network.learned().stream().filter(Learned::copy).toList();
    if (!(architecture instanceof Var.Sized)) { // which has an autoencoder, not all of it read
      assertThat(trained).allMatch(each -> gradients.containsKey(each.weight()));
    }
    assertThat(gradients.values())
        .allSatisfy(of -> assertThat(Arrays.stream(of)).anyMatch(value -> value != 0));

    double expected = 0;
    Map<Weight, double[]> directions = new IdentityHashMap<>();
    for (int i = 0; i < trained.size(); i++) {
      Weight weight = trained.get(i).weight();
      double[] direction = direction(i, (int) weight.shape().size());
      directions.put(weight, direction);
      double[] by = gradients.getOrDefault(weight, new double[direction.length]);
      expected += IntStream.range(0, by.length).mapToDouble(j -> by[j] * direction[j]).sum();
    }
    double near = slope(network, objective, examples, directions, 1e-5);
    double far = slope(network, objective, examples, directions, 2e-5);
    // Richardson's extrapolation: the error of the step is of the order of 1e-5 to the fourth, that
    // of rounding of 1e-13, a loss of some tens of nats summed, over 1e-5.
    assertThat((4 * near - far) / 3).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
  }

  /** Of the first image alone, if cells can have any. */
  private static Conditions conditions(Architecture architecture) {
    float[] values = new float[architecture.control().values() * architecture.grid().cells()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) Philox.uniform(8, 0, k, 0, Purpose.CASES);
    }
    return new Conditions(new float[][] {values, {}});
  }

  /** The central difference. */
  private double slope(
      Network network,
      Objective objective,
      Examples examples,
      Map<Weight, double[]> directions,
      double step) {
    double up = loss(network, objective, examples, directions, step);
    double down = loss(network, objective, examples, directions, -step);
    return (up - down) / (2 * step);
  }

  /** The loss at the weights moved along directions, which are then moved back. */
  private double loss(
      Network network,
      Objective objective,
      Examples examples,
      Map<Weight, double[]> directions,
      double step) {
    move(directions, step);
    try (Scope _ = backend.scope()) {
      return objective
          .of(network.on(new Dropping(backend, 0.1, 3, 40)), examples)
          .nats()
          .toDoubles()[0];
    } finally {
      move(directions, -step);
    }
  }

  private void move(Map<Weight, double[]> directions, double step) {
    directions.forEach(
        (weight, direction) -> {
          double[] values;
          try (Scope _ = backend.scope()) {
            values = backend.value(weight).toDoubles();
          }
          for (int i = 0; i < values.length; i++) {
            values[i] += step * direction[i];
          }
          backend.assign(weight, new ArraySource(weight.name(), weight.shape(), values));
        });
  }

  private static double[] direction(int weight, int size) {
    return IntStream.range(0, size)
        .mapToDouble(i -> Philox.uniform(9, weight, i, 0, Purpose.CASES) - 0.5)
        .toArray();
  }
}
