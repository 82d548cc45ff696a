package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.Learned;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A map that is read as two weights and, its first row, as a third; and a norm scale. */
class OptimizerTest {
  /** A few roundings of numbers below 10. */
  private static final double ROUNDING = 1e-14;

  private static final Parameter MAP = Parameter.map("map", 2, 2);
  private static final Parameter SCALE = Parameter.vector("scale", 2);
  private static final List<Parameter> PARAMETERS = List.of(MAP, SCALE);
  private static final AdamW ADAM = new AdamW(0.5, 0.75, 1e-3, 0.5, 0);

  private final Backend backend = Fixture.backend("oracle", 1);
  private final ModelWeights values =
      ModelWeights.of(
          Map.of(
              "map", new ArraySource("map", Shape.of(2, 2), 1, 2, 3, 4),
              "scale", new ArraySource("scale", Shape.of(2), 1, 1)));
  private final Weight upper = weight("upper", Shape.of(1, 2), DType.BF16);
  private final Weight lower = weight("lower", Shape.of(1, 2), DType.F32);
  private final Weight tied = weight("tied", Shape.of(1, 2), DType.F32);
  private final Weight scale = weight("scale", Shape.of(2), DType.F32);
  private final List<Learned> learned =
      List.of(
          new Learned(upper, "map", 0, true),
          new Learned(lower, "map", 2, true),
          new Learned(tied, "map", 0, true),
          new Learned(scale, "scale", 0, true));
  private Scope scope;

  private Weight weight(String name, Shape shape, DType storage) {
    double[] zeros = new double[(int) shape.size()];
    return backend.weight(new ArraySource(name, shape, zeros), storage, Weight.Use.ROWS);
  }

  @BeforeEach
  void open() {
    scope = backend.scope();
  }

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  @Test
  void partsOfAParameterStandSideBySideAndTiedOnesAddUp() {
    Gradients gradients = new Gradients(backend, PARAMETERS, learned);
    gradients.add(
        Map.of(
            upper, tensor(Shape.of(1, 2), 1, 2),
            lower, tensor(Shape.of(1, 2), 3, 4),
            tied, tensor(Shape.of(1, 2), 10, 20),
            scale, tensor(Shape.of(2), 5, 6)));
    assertThat(gradients.total(0).toDoubles()).containsExactly(11, 22, 3, 4);
    assertThat(gradients.total(1).toDoubles()).containsExactly(5, 6);
    assertThat(gradients.squares().toDoubles()).containsExactly(121 + 484 + 9 + 16, 25 + 36);

    // A weight that had no part in the loss has no gradient.
    gradients.add(Map.of(lower, tensor(Shape.of(1, 2), 1, 1)));
    assertThat(gradients.total(0).toDoubles()).containsExactly(11, 22, 4, 5);
    gradients.clear();
    gradients.add(Map.of(scale, tensor(Shape.of(2), 7, 8)));
    assertThat(gradients.total(0).toDoubles()).containsExactly(0, 0, 0, 0);
    assertThat(gradients.total(1).toDoubles()).containsExactly(7, 8);
  }

  @Test
  void weightsAreRoundedFromTheMasters() {
    Optimizer optimizer = new Optimizer(backend, PARAMETERS, values, learned, ADAM, 0);
    assertThat(backend.value(upper).toDoubles()).containsExactly(1, 2);
    assertThat(backend.value(lower).toDoubles()).containsExactly(3, 4);
    assertThat(backend.value(tied).toDoubles()).containsExactly(1, 2);
    backend.assign(optimizer.states().get(0).value(), 1 + 0x1p-10, 2, 3 + 0x1p-10, 4);
    optimizer.assignWeights(false);
    assertThat(backend.value(upper).toDoubles()).containsExactly(1, 2); // 8 bits
    assertThat(backend.value(tied).toDoubles()).containsExactly(1 + 0x1p-10, 2);
    assertThat(backend.value(lower).toDoubles()).containsExactly(3 + 0x1p-10, 4);
  }

  @Test
  void goesTwoStepsAsCountedByHand() {
    Optimizer optimizer = new Optimizer(backend, PARAMETERS, values, learned, ADAM, 0.75);
    Gradients gradients = new Gradients(backend, PARAMETERS, learned);
    gradients.add(
        Map.of(
            upper, tensor(Shape.of(1, 2), 2, -4),
            lower, tensor(Shape.of(1, 2), 0, 8),
            scale, tensor(Shape.of(2), 2, -4)));
    optimizer.step(0, 0.1, 0.5, gradients);
    // Step 1 corrects m = g/2 and s = g²/4 to g and g² with g = 1, -2, 0, 4, so that the direction
    // is g/(|g| + ε); the map decays by 0.1 · 0.5.
    double one = 1 / 1.001;
    double two = 2 / 2.001;
    double four = 4 / 4.001;
    Optimizer.State map = optimizer.states().get(0);
    assertClose(map.first(), 0.5, -1, 0, 2);
    assertClose(map.second(), 0.25, 1, 0, 4);
    assertClose(map.value(), 0.95 - 0.1 * one, 1.9 + 0.1 * two, 2.85, 3.8 - 0.1 * four);
    Optimizer.State vector = optimizer.states().get(1);
    assertClose(vector.value(), 1 - 0.1 * one, 1 + 0.1 * two);
    assertClose(vector.average(), 1 - 0.025 * one, 1 + 0.025 * two);

    gradients.clear();
    gradients.add(Map.of(scale, tensor(Shape.of(2), 0, 0)));
    double before = vector.value().toDoubles()[0];
    double average = vector.average().toDoubles()[0];
    optimizer.step(1, 0.2, 0.5, gradients);
    // m = 0.25, c = 1 - 0.5²; s = 0.1875, c = 1 - 0.75².
    double direction = (0.25 / 0.75) / (Math.sqrt(0.1875 / 0.4375) + 1e-3);
    double after = before - 0.2 * direction;
    assertThat(vector.value().toDoubles()[0]).isEqualTo(after, within(ROUNDING));
    assertThat(vector.average().toDoubles()[0])
        .isEqualTo(0.75 * average + 0.25 * after, within(ROUNDING));
    assertThat(backend.value(scale).toDoubles()).isEqualTo(vector.value().toDoubles());

    optimizer.assignWeights(true);
    assertThat(backend.value(scale).toDoubles()).isEqualTo(vector.average().toDoubles());
  }

  @Test
  void clipsByTheNormOfAllParameters() {
    AdamW clipping = new AdamW(0.9, 0.95, 1e-8, 0, 2);
    assertThat(clipping.clipping(1)).isEqualTo(1);
    assertThat(clipping.clipping(8)).isEqualTo(0.25, within(1e-6));
    assertThat(ADAM.clipping(1e9)).isEqualTo(1);
  }

  private Tensor tensor(Shape shape, double... of) {
    return backend.tensor(shape, of);
  }

  private static void assertClose(Tensor found, double... expected) {
    assertThat(found.toDoubles()).containsExactly(expected, within(ROUNDING));
  }
}
