package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.TrainingOrder;
import java.util.Arrays;
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

  @Test
  void refusesAnotherNumberOfOrders() {
    assertThatThrownBy(() -> new Validation(Fixture.recipe(), DATA, new int[3][16]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("3 validation orders for 11 images");
  }
}
