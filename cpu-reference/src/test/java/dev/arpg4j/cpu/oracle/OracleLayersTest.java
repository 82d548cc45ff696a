package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers with layer norm say, on numbers worked out by hand. */
class OracleLayersTest extends OracleFixture {
  /** A few roundings of numbers of about one. */
  private static final double ROUNDING = 1e-14;

  private Weight weight(double... values) {
    return weight(DType.F32, Shape.of(values.length), values);
  }

  /** Φ, computed to 17 digits with another formula and 40 digits. */
  @ParameterizedTest
  @CsvSource({
    "-37, 5.7255712225245768e-300",
    "-20, 2.7536241186062337e-89",
    "-8.5, 9.4795348222033184e-18",
    "-5, 2.8665157187919391e-7",
    "-2.0000000000000004, 0.022750131948179183",
    "-2, 0.022750131948179207",
    "-1.5, 0.066807201268858066",
    "-0.25, 0.40129367431707628",
    "1e-10, 0.50000000003989423",
    "0.5, 0.6914624612740131",
    "1, 0.84134474606854295",
    "1.999, 0.97719582306734112",
    "2, 0.97724986805182079",
    "3, 0.99865010196836991",
    "6.5, 0.99999999995983999"
  })
  void theNormalDistributionIsExactTo13DigitsOfItself(double x, double expected) {
    double found = NormalDistribution.cdf(x);
    assertThat(found).isCloseTo(expected, within(1e-13 * expected));
    assertThat(found).isCloseTo(expected, within(1e-15));
  }

  @Test
  void theNormalDistributionHasEnds() {
    assertThat(NormalDistribution.cdf(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(NormalDistribution.cdf(Double.POSITIVE_INFINITY)).isOne();
    assertThat(NormalDistribution.cdf(0)).isEqualTo(0.5);
    assertThat(NormalDistribution.cdf(Double.NaN)).isNaN();
  }

  @Test
  void geluWeighsByTheDistribution() {
    Tensor x = oracle.tensor(Shape.of(4), 0, 1, -1, 30);
    double one = 0.84134474606854293;
    assertThat(oracle.gelu(x, false).toDoubles())
        .containsExactly(new double[] {0, one, one - 1, 30}, within(ROUNDING));
    double tanh = 0.8411919906082768;
    assertThat(oracle.gelu(x, true).toDoubles())
        .containsExactly(new double[] {0, tanh, tanh - 1, 30}, within(ROUNDING));
  }

  @Test
  void addBiasAddsToEveryRow() {
    Tensor x = oracle.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    assertThat(oracle.addBias(x, weight(10, 20)).toDoubles()).containsExactly(11, 22, 13, 24);
  }

  @Test
  void layerNormTakesTheBiasedVarianceOfEachRow() {
    Tensor x = oracle.tensor(Shape.of(2, 2), 1, 3, 8, 0);
    // Variances 1 and 16; by one less they would be 2 and 32.
    assertThat(oracle.layerNorm(x, 0).toDoubles()).containsExactly(-1, 1, 1, -1);
    assertThat(oracle.layerNorm(x, 9).toDoubles())
        .containsExactly(
            new double[] {-1 / Math.sqrt(10), 1 / Math.sqrt(10), 0.8, -0.8}, within(ROUNDING));
    assertThat(oracle.layerNorm(x, weight(2, 3), weight(10, 20), 0).toDoubles())
        .containsExactly(8, 23, 12, 17);
  }

  @Test
  void modulateReadsItsSequencesRow() {
    Tensor x = oracle.tensor(Shape.of(2, 2, 1), 1, 2, 3, 4);
    Tensor scale = oracle.tensor(Shape.of(2, 1, 1), 1, 9);
    Tensor shift = oracle.tensor(Shape.of(2, 1, 1), 100, 200);
    assertThat(oracle.modulate(x, scale, shift).toDoubles()).containsExactly(102, 104, 230, 240);
    assertThat(oracle.modulate(x, x, x).toDoubles()).containsExactly(3, 8, 15, 24);
  }

  @Test
  void addGatedReadsItsSequencesRow() {
    Tensor x = oracle.tensor(Shape.of(2, 2, 1), 1, 2, 3, 4);
    Tensor branch = oracle.tensor(Shape.of(2, 2, 1), 10, 20, 30, 40);
    Tensor gate = oracle.tensor(Shape.of(2, 1, 1), 2, -1);
    assertThat(oracle.addGated(x, branch, gate).toDoubles()).containsExactly(21, 42, -27, -36);
    assertThat(oracle.addGated(x, branch, x).toDoubles()).containsExactly(11, 42, 93, 164);
  }

  @Test
  void misfitsAreRefusedInOneLine() {
    Tensor x = oracle.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    Tensor row = oracle.tensor(Shape.of(2), 1, 2);
    Tensor wide = oracle.tensor(Shape.of(2, 2, 1), 1, 2, 3, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.addBias(x, weight(1)))
        .withMessage("addBias: x [2, 1, 2] and bias [1] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.layerNorm(oracle.ints(Shape.of(1), 1), 1))
        .withMessage("layerNorm: an operand is I32, expected the compute type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.layerNorm(x, weight(1), weight(1, 2), 1))
        .withMessage("layerNorm: scale is [1], expected [2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.layerNorm(x, weight(1, 2), weight(1), 1))
        .withMessage("layerNorm: bias is [1], expected [2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.modulate(row, row, row))
        .withMessage("modulate: x is [2], expected [B, n, D]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.modulate(wide, x, x))
        .withMessage("modulate: scale is [2, 1, 2], expected [2, 2, 1] or [2, 1, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.modulate(x, x, wide))
        .withMessage("modulate: shift is [2, 2, 1], expected [2, 1, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.addGated(x, wide, x))
        .withMessage("addGated: branch is [2, 2, 1], expected [2, 1, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.addGated(x, x, row))
        .withMessage("addGated: gate is [2], expected [2, 1, 2] or [2, 1, 2]");
  }
}
