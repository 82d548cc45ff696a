package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Gumbel noise, choices and MaskGIT's commit on numbers worked out by hand. */
class OracleMaskingTest extends OracleFixture {
  private static final int MASK = 99;

  private int[] remask(double[] confidence, int remasked, int... ids) {
    int n = ids.length;
    int[] sampled = new int[n];
    for (int i = 0; i < n; i++) {
      sampled[i] = 10 + i;
    }
    return oracle
        .remask(
            oracle.ints(Shape.of(1, n), ids),
            oracle.ints(Shape.of(1, n), sampled),
            oracle.tensor(Shape.of(1, n), confidence),
            oracle.ints(Shape.of(1), remasked),
            MASK)
        .toInts();
  }

  @Test
  void gumbelIsTheDoubleLogarithm() {
    Tensor uniform = oracle.tensor(Shape.of(4), Math.exp(-1), Math.exp(-Math.E), 0.5, 0);
    // ln(25 ln 2) of what zero is raised to.
    assertThat(oracle.gumbel(uniform).toDoubles())
        .containsExactly(
            new double[] {0, -1, 0.36651292058166435, -2.8523629042865364}, within(1e-14));
  }

  @Test
  void selectTakesAboveOnlyBeyondTheLimit() {
    Tensor y =
        oracle.select(
            oracle.tensor(Shape.of(3), 1, 2, 3),
            oracle.tensor(Shape.of(1), 2),
            oracle.ints(Shape.of(3), 11, 12, 13),
            oracle.ints(Shape.of(3), 21, 22, 23));
    assertThat(y.toInts()).containsExactly(21, 22, 13);
  }

  @Test
  void theLowestStayMasked() {
    // The cut is the entry after two: 0.4.
    assertThat(remask(new double[] {0.4, 0.1, 0.3, 0.9}, 2, MASK, MASK, MASK, MASK))
        .containsExactly(10, MASK, MASK, 13);
  }

  @Test
  void knownPlacesStayAndDoNotCount() {
    assertThat(remask(new double[] {-5, 0.1, 0.3, 0.9}, 1, 7, MASK, MASK, MASK))
        .containsExactly(7, MASK, 12, 13);
    assertThat(remask(new double[] {1, 2, 3}, 2, 7, 8, 9)).containsExactly(7, 8, 9);
  }

  @Test
  void tiesAtTheCutBecomeKnown() {
    assertThat(remask(new double[] {0.2, 0.2, 0.2, 0.1}, 2, MASK, MASK, MASK, MASK))
        .containsExactly(10, 11, 12, MASK);
  }

  @Test
  void atLeastOneStaysMaskedAndAtLeastOneBecomesKnown() {
    double[] confidence = {0.3, 0.1, 0.2};
    assertThat(remask(confidence, 1, MASK, MASK, MASK)).containsExactly(10, MASK, 12);
    assertThat(remask(confidence, 9, MASK, MASK, MASK)).containsExactly(10, MASK, MASK);
    // One alone stays masked.
    assertThat(remask(confidence, 1, 1, MASK, 2)).containsExactly(1, MASK, 2);
    assertThat(remask(new double[] {0.5}, 1, MASK)).containsExactly(MASK);
  }

  @Test
  void nothingStaysMaskedWhereNoneIsWanted() {
    double[] confidence = {0.3, 0.1, 0.2};
    assertThat(remask(confidence, 0, MASK, MASK, MASK)).containsExactly(10, 11, 12);
    assertThat(remask(confidence, 0, 1, MASK, 2)).containsExactly(1, 11, 2);
    assertThat(remask(new double[] {0.5}, -1, MASK)).containsExactly(10);
  }

  @Test
  void misfitsAreRefusedInOneLine() {
    Tensor ids = oracle.ints(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor reals = oracle.tensor(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor one = oracle.tensor(Shape.of(1), 1);
    Tensor counts = oracle.ints(Shape.of(3), 1, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.gumbel(ids))
        .withMessage("gumbel: an operand is I32, expected the compute type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.select(reals, reals, ids, ids))
        .withMessage("select: limit is [2, 2], expected [1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.select(reals, one, counts, ids))
        .withMessage("select: above is [3], expected [2, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.select(reals, one, ids, reals))
        .withMessage("select: otherwise is F64, expected I32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.remask(ids, ids, reals, counts, MASK))
        .withMessage("remask: remasked is [3], expected [2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.remask(counts, counts, reals, counts, MASK))
        .withMessage("remask: ids is [3], expected [I, N]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.remask(ids, ids, one, counts, MASK))
        .withMessage("remask: confidence is [1], expected [2, 2]");
  }
}
