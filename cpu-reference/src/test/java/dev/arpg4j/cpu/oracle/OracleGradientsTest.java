package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What training says, on numbers worked out by hand, and what is refused. */
class OracleGradientsTest extends OracleFixture {
  /** A few roundings of numbers of about one. */
  private static final double ROUNDING = 1e-14;

  @Test
  void aWeightsValuesAreThoseItStores() {
    Shape shape = Shape.of(2, 1);
    assertThat(oracle.value(weight(DType.F32, shape, 0.1, 2)).toDoubles()).containsExactly(0.1, 2);
    Weight half = weight(DType.BF16, shape, 1.0 + 0x1p-9, 3);
    Tensor before = oracle.value(half);
    assertThat(before.toDoubles()).containsExactly(1, 3);
    oracle.assign(half, oracle.tensor(shape, 7, 8));
    assertThat(oracle.value(half).toDoubles()).containsExactly(7, 8);
    assertThat(before.toDoubles()).containsExactly(1, 3);
  }

  @Test
  void dropoutKeepsTheMeanAndWhatIsDrawnAtTheProbability() {
    Tensor x = oracle.tensor(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor uniform = oracle.tensor(Shape.of(2, 2), 0, 0.25, 0.24, 0.99);
    assertThat(oracle.dropout(x, 0.25, uniform).toDoubles())
        .containsExactly(new double[] {0, 2 / 0.75, 0, 4 / 0.75}, within(ROUNDING));
    assertThat(oracle.dropout(x, 0, uniform).toDoubles()).containsExactly(1, 2, 3, 4);
    assertThat(oracle.regularized(x)).isSameAs(x);
  }

  @Test
  void powersTakeRootsAndReciprocals() {
    Tensor x = oracle.tensor(Shape.of(3), 4, 0, -2);
    assertThat(oracle.power(x, 0, 0.5).toDoubles()).containsExactly(2, 0, Double.NaN);
    assertThat(oracle.power(x, 1, -1).toDoubles()).containsExactly(0.2, 1, -1);
    assertThat(oracle.power(x, 0, 2).toDoubles()).containsExactly(16, 0, 4);
    assertThat(oracle.power(x, 0, 0).toDoubles()).containsExactly(1, 1, 1);
    assertThat(oracle.power(x, 0, -1).toDoubles())
        .containsExactly(0.25, Double.POSITIVE_INFINITY, -0.5);
  }

  @Test
  void slopesOfActivationsHaveTheirLimits() {
    Tensor x = oracle.tensor(Shape.of(5), 0, 1, -1, 800, -800);
    Tensor dy = oracle.tensor(Shape.of(5), 2, 1, 1, 3, 3);
    double sigmoid = 1 / (1 + Math.exp(-1));
    double one = sigmoid * (2 - sigmoid);
    assertThat(oracle.siluBackward(x, dy).toDoubles())
        .containsExactly(new double[] {1, one, 1 - one, 3, 0}, within(ROUNDING));
    // Φ(1) + φ(1), to 17 digits.
    double exact = 0.84134474606854293 + 0.24197072451914337;
    assertThat(oracle.geluBackward(x, false, dy).toDoubles())
        .containsExactly(new double[] {1, exact, 1 - exact, 3, 0}, within(ROUNDING));
    double tanh = 1.0829640838457826;
    assertThat(oracle.geluBackward(x, true, dy).toDoubles())
        .containsExactly(new double[] {1, tanh, 1 - tanh, 3, 0}, within(ROUNDING));
  }

  @Test
  void columnsAreSummedOverAllRows() {
    Tensor x = oracle.tensor(Shape.of(2, 1, 3), 1, 2, 3, 10, 20, 30);
    assertThat(oracle.sumColumns(x).shape()).isEqualTo(Shape.of(3));
    assertThat(oracle.sumColumns(x).toDoubles()).containsExactly(11, 22, 33);
    assertThat(oracle.sumColumns(zeros(0, 2)).toDoubles()).containsExactly(0, 0);
    assertThat(oracle.mulRows(x, oracle.tensor(Shape.of(2, 1), 2, -1)).toDoubles())
        .containsExactly(2, 4, 6, -10, -20, -30);
  }

  @Test
  void scatteredRowsAddUpWhereTheyMeet() {
    Tensor x = oracle.tensor(Shape.of(2, 3, 1), 1, 2, 4, 10, 20, 40);
    Tensor shared = oracle.ints(Shape.of(3), 1, 3, 1);
    assertThat(oracle.scatterAdd(x, shared, 4).shape()).isEqualTo(Shape.of(2, 4, 1));
    assertThat(oracle.scatterAdd(x, shared, 4).toDoubles())
        .containsExactly(0, 5, 0, 2, 0, 50, 0, 20);
    Tensor own = oracle.ints(Shape.of(2, 3), 0, 0, 0, 0, 1, 0);
    assertThat(oracle.scatterAdd(x, own, 2).toDoubles()).containsExactly(7, 0, 50, 20);
    assertThat(oracle.scatterAdd(zeros(2, 0, 1), oracle.ints(Shape.of(0)), 2).toDoubles())
        .containsExactly(0, 0, 0, 0);
  }

  /** Two keys of equal score: p = ½ each, g = (2, 6), s = ½(g - 4). */
  @Test
  void attentionSharesTheSlopeByItsWeights() {
    Tensor q = oracle.tensor(Shape.of(1, 1, 1), 3);
    Tensor k = oracle.tensor(Shape.of(1, 3, 1), 5, 5, 9);
    Tensor v = oracle.tensor(Shape.of(1, 3, 1), 1, 3, 9);
    Tensor dy = oracle.tensor(Shape.of(1, 1, 1), 2);
    AttentionGradients all =
        oracle.attentionBackward(q, k, v, oracle.ints(Shape.of(1), 2), 1, 0.5, dy);
    assertThat(all.q().toDoubles()).containsExactly(0);
    assertThat(all.k().toDoubles()).containsExactly(0.5 * 3 * -1, 0.5 * 3, 0);
    assertThat(all.v().toDoubles()).containsExactly(1, 1, 0);
  }

  /** Of one and of two rows, to whose mean and length no slope is left. */
  @Test
  void normsPassNoSlopeAlongTheirResult() {
    Tensor x = oracle.tensor(Shape.of(2, 2), 1, 3, 6, 8);
    Tensor along = oracle.tensor(Shape.of(2, 2), -1, 1, 5, 5);
    assertThat(oracle.layerNormBackward(x, 0, along).toDoubles())
        .containsExactly(new double[] {0, 0, 0, 0}, within(ROUNDING));
    Weight ones = weight(DType.F32, Shape.of(2), 1, 1);
    Tensor turned = oracle.tensor(Shape.of(2, 2), 1, 3, -8, 6);
    double root = Math.sqrt(50);
    assertThat(oracle.rmsNormBackward(x, ones, 0, turned).x().toDoubles())
        .containsExactly(new double[] {0, 0, -8 / root, 6 / root}, within(ROUNDING));
  }

  /** Three steps, in plain arithmetic. */
  @Test
  void theOptimizerStepsAsPublished() {
    double[] gradients = {0.5, -2, 4};
    double w = 3;
    double m = 0;
    double s = 0;
    Shape one = Shape.of(1);
    Adapted adapted = new Adapted(oracle.tensor(one, w), zeros(1), zeros(1));
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1] * 0.5;
      m = 0.9 * m + 0.1 * g;
      s = 0.99 * s + 0.01 * g * g;
      double mean = m / (1 - Math.pow(0.9, t));
      double square = s / (1 - Math.pow(0.99, t));
      w = w - 0.1 * 0.02 * w - 0.1 * mean / (Math.sqrt(square) + 1e-3);
      AdamWStep step =
          new AdamWStep(
              0.1, 0.9, 0.99, 1e-3, 0.02, 1 - Math.pow(0.9, t), 1 - Math.pow(0.99, t), 0.5);
      Tensor gradient = oracle.tensor(one, gradients[t - 1]);
      adapted = oracle.adamW(adapted.value(), gradient, adapted.first(), adapted.second(), step);
      assertThat(adapted.value().toDoubles()).containsExactly(new double[] {w}, within(ROUNDING));
      assertThat(adapted.first().toDoubles()).containsExactly(new double[] {m}, within(ROUNDING));
      assertThat(adapted.second().toDoubles()).containsExactly(new double[] {s}, within(ROUNDING));
    }
  }

  private static void expectRefused(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void misfitsAreRefusedInOneLine() {
    Tensor x = zeros(2, 3);
    Tensor ids = oracle.ints(Shape.of(2), 0, 0);
    Weight map = weight(DType.F32, Shape.of(2, 3), new double[6]);
    Weight row = weight(DType.F32, Shape.of(3), new double[3]);
    expectRefused(
        "dropout: probability 1.0, expected 0 or more and below 1", () -> oracle.dropout(x, 1, x));
    expectRefused(
        "dropout: operand is [2], expected [2, 3]", () -> oracle.dropout(x, 0.5, zeros(2)));
    expectRefused(
        "power: an operand is I32, expected the compute type", () -> oracle.power(ids, 1, 1));
    expectRefused(
        "siluBackward: operand is [3], expected [2, 3]", () -> oracle.siluBackward(x, zeros(3)));
    expectRefused(
        "geluBackward: operand is [3], expected [2, 3]",
        () -> oracle.geluBackward(x, true, zeros(3)));
    expectRefused("sumColumns: x is [], expected [.., D]", () -> oracle.sumColumns(zeros()));
    expectRefused("mulRows: factor is [3], expected [2]", () -> oracle.mulRows(x, zeros(3)));
    expectRefused(
        "linearBackward: dy is [2, 3], expected [.., 2]", () -> oracle.linearBackward(x, map));
    expectRefused(
        "linearWeightBackward: dy is [3, 2], expected [2] and O",
        () -> oracle.linearWeightBackward(x, zeros(3, 2)));
    expectRefused(
        "scatterAdd: index is [3], expected one for each of [1, 2, 3]",
        () -> oracle.scatterAdd(zeros(1, 2, 3), oracle.ints(Shape.of(3), 0, 0, 0), 4));
    expectRefused(
        "attentionBackward: dy is [1, 1, 2], expected [1, 2, 2]",
        () ->
            oracle.attentionBackward(
                zeros(1, 2, 2), zeros(1, 1, 2), zeros(1, 1, 2), ids, 1, 1, zeros(1, 1, 2)));
    expectRefused(
        "swiGluBackward: operand is [2], expected [2, 3]",
        () -> oracle.swiGluBackward(x, x, zeros(2)));
    expectRefused(
        "rmsNormBackward: dy is [3], expected [2, 3]",
        () -> oracle.rmsNormBackward(x, row, 1, zeros(3)));
    expectRefused(
        "layerNormBackward: dy is [3], expected [2, 3]",
        () -> oracle.layerNormBackward(x, 1, zeros(3)));
    expectRefused(
        "softmaxBackward: dy is [3], expected [2, 3]", () -> oracle.softmaxBackward(x, zeros(3)));
    expectRefused(
        "crossEntropyBackward: dy is [3], expected [2]",
        () -> oracle.crossEntropyBackward(x, ids, zeros(3)));
    AdamWStep step = new AdamWStep(0.1, 0.9, 0.99, 1e-3, 0, 1, 1, 1);
    expectRefused(
        "adamW: operand is [3], expected [2, 3]", () -> oracle.adamW(x, x, zeros(3), x, step));
  }

  private static void expectOutside(String message, ThrowingCallable call) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(call)
        .withMessageStartingWith(message);
  }

  @Test
  void indicesOutsideAreNamed() {
    Tensor x = zeros(1, 2, 2);
    for (int outside : new int[] {-1, 3}) {
      Tensor index = oracle.ints(Shape.of(2), 0, outside);
      expectOutside("scatterAdd: ", () -> oracle.scatterAdd(x, index, 3));
    }
    for (int outside : new int[] {-1, 0, 3}) {
      Tensor ends = oracle.ints(Shape.of(2), 1, outside);
      expectOutside("attentionBackward: ", () -> oracle.attentionBackward(x, x, x, ends, 1, 1, x));
    }
    Tensor targets = oracle.ints(Shape.of(1, 2), 0, 2);
    expectOutside("", () -> oracle.crossEntropyBackward(x, targets, zeros(1, 2)));
  }
}
