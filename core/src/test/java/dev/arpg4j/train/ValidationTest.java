package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Examples;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Objective;
import dev.arpg4j.variant.TrainingOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ValidationTest {
  private static final Fixture.Noise DATA = new Fixture.Noise(11, 3, 4);

  private static Network network(Backend backend, Recipe recipe) {
    Architecture architecture = recipe.model().architecture();
    return architecture.load(
        backend, new RandomWeights(architecture.parameters(), 3, 0.3), DType.F32);
  }

  /** In portions of 8 the sum of 176 terms below 10 is rounded otherwise, to 1e-12 at most. */
  @Test
  void isTheMeanOverAllImagesInTheOrdersGiven() {
    int[][] orders = new int[DATA.size()][];
    TrainingOrder random = new TrainingOrder.Random();
    Recipe recipe = Fixture.recipe().with(Map.of("chunks", 2));
    Architecture architecture = recipe.model().architecture();
    for (int i = 0; i < orders.length; i++) {
      orders[i] = random.of(architecture, 99, i);
    }
    try (Backend backend = Fixture.backend("oracle", 1);
        Scope _ = backend.scope()) {
      Network network = network(backend, recipe);
      int[] all = IntStream.range(0, DATA.size()).toArray();
      ForwardPass.Images images =
          new ForwardPass.Images(
              IntStream.of(all).map(i -> network.classId(DATA.label(i))).toArray(),
              IntStream.of(all).mapToObj(DATA::codes).toArray(int[][]::new),
              orders);
      ForwardPass pass = new ForwardPass(network, architecture.training());
      int[] targets = Stream.of(pass.targets(images)).flatMapToInt(Arrays::stream).toArray();
      Shape shape = Shape.of(DATA.size(), Fixture.GRID.cells());
      double expected =
          backend.mean(backend.crossEntropy(pass.logits(images), backend.ints(shape, targets)))
              .toDoubles()[0];
      double found = new Validation(recipe, DATA, orders).loss(network);
      assertThat(found).isEqualTo(expected, within(1e-12));
      assertThat(new Validation(recipe, DATA, new int[0][]).loss(network))
          .isNotCloseTo(expected, within(1e-6));
    }
  }

  /** LlamaGen cannot be asked in another order than the raster, MaskGIT in none. */
  @Test
  void ordersAreForWhatIsTrainedOnRandomOnes() {
    int[][] orders =
        IntStream.range(0, DATA.size())
            .mapToObj(
                image -> IntStream.range(0, 16).map(place -> (place * 7 + image) % 16).toArray())
            .toArray(int[][]::new);
    for (String variant : new String[] {"llamagen", "maskgit", "radar-flat"}) {
      Recipe recipe = Fixture.recipe(variant, 16, 3);
      try (Backend backend = Fixture.backend("oracle", 1)) {
        Network network = network(backend, recipe);
        assertThat(new Validation(recipe, DATA, orders).loss(network))
            .isEqualTo(new Validation(recipe, DATA, new int[0][]).loss(network));
      }
    }
  }

  /** Its orders anneal with the run, in which images held out have no place. */
  @Test
  void rarIsJudgedInTheOrderOfDecoding() {
    Recipe recipe = Fixture.recipe("rar", 16, 3).with(Map.of("steps", 100));
    int[][] orders = new int[DATA.size()][];
    Arrays.setAll(orders, i -> IntStream.range(0, 16).map(place -> (place * 7 + i) % 16).toArray());
    try (Backend backend = Fixture.backend("oracle", 1)) {
      Network network = network(backend, recipe);
      double raster =
          new Validation(recipe.with(Map.of("order", "raster")), DATA, new int[0][]).loss(network);
      assertThat(new Validation(recipe, DATA, new int[0][]).loss(network)).isEqualTo(raster);
      assertThat(new Validation(recipe, DATA, orders).loss(network)).isEqualTo(raster);
      assertThat(new Validation(recipe.with(Map.of("order", "random")), DATA, orders).loss(network))
          .isNotCloseTo(raster, within(1e-6));
    }
  }

  /** Steps draw one ring each, no two rings of one size; the sums are of order 100 in float64. */
  @Test
  void aDrawnRingIsJudgedByAllRings() {
    Architecture rings =
        Family.named("radar-flat")
            .on(new BackboneConfig(16, 2, 2, Fixture.GRID, 11, 3, 8, 10_000, 1e-5))
            .get("intra-ring");
    Recipe recipe = Recipe.of(new Recipe.Model("radar-flat", rings.metadata(), DType.F32, 0.02));
    Fixture.Noise few = new Fixture.Noise(5, 3, 4); // judged together
    try (Backend backend = Fixture.backend("oracle", 1);
        Scope _ = backend.scope()) {
      Network network = network(backend, recipe);
      Map<Double, Double> natsByCells = new HashMap<>();
      for (int step = 0; step < 100; step++) {
        Examples examples =
            new Examples(
                0,
                step,
                0,
                IntStream.range(0, 5).map(i -> network.classId(few.label(i))).toArray(),
                IntStream.range(0, 5).mapToObj(few::codes).toArray(int[][]::new));
        Objective.Loss loss = recipe.objective().of(network, examples);
        natsByCells.put(loss.weight(), loss.nats().toDoubles()[0]);
      }
      assertThat(natsByCells.keySet().stream().mapToDouble(cells -> cells).sum()).isEqualTo(5 * 16);
      double all = natsByCells.values().stream().mapToDouble(nats -> nats).sum() / (5 * 16);
      assertThat(new Validation(recipe, few, new int[0][]).loss(network))
          .isCloseTo(all, within(1e-12));
    }
  }

  @Test
  void refusesAnotherNumberOfOrders() {
    assertThatThrownBy(() -> new Validation(Fixture.recipe(), DATA, new int[3][16]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("3 validation orders for 11 images");
  }
}
