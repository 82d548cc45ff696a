package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.MaskingBounds.Masked;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which differences rounding explains. */
class MaskingBoundsTest {
  private static final MaskingBounds FLOAT =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0).masking();

  /** Inputs may be a hundredth larger or smaller. */
  private static final MaskingBounds ROUNDED =
      ErrorBounds.between(Precision.of(DType.F64), Precision.of(DType.F32), 0.01).masking();

  @Test
  void gumbelHoldsForFloatSteps() {
    double[] uniform =
        IntStream.range(0, 5000)
            .mapToDouble(e -> Philox.uniform(9, 1, e, 0, Purpose.CASES))
            .toArray();
    uniform[0] = 0;
    uniform[1] = 1 - 0x1p-24;
    double[] exact = Arrays.stream(uniform).map(MaskingBoundsTest::noise).toArray();
    double[] found =
        Arrays.stream(uniform)
            .map(u -> -(float) Math.log(-(float) Math.log((float) Math.max(u, 0x1p-25))))
            .toArray();
    Shape shape = Shape.of(exact.length);
    ErrorBound bound = FLOAT.gumbel(uniform);
    assertThat(Comparison.of(shape, exact, found, bound).passed()).isTrue();
    double[] off = Arrays.stream(exact).map(v -> v + 1e-5).toArray();
    assertThat(Comparison.of(shape, exact, off, bound).passed()).isFalse();
  }

  private static double noise(double u) {
    return -Math.log(-Math.log(Math.max(u, 0x1p-25)));
  }

  @Test
  void gumbelAllowsWhatARoundedInputGives() {
    ErrorBound bound = ROUNDED.gumbel(new double[] {0.5, 0.95, 0.995});
    assertThat(bound.allowed(0, noise(0.5), 0))
        .isBetween(noise(0.505) - noise(0.5), 1.1 * (noise(0.505) - noise(0.5)));
    assertThat(bound.allowed(1, noise(0.95), 0))
        .isBetween(noise(0.9595) - noise(0.95), 1.1 * (noise(0.9595) - noise(0.95)));
    // It may become one, whose noise is infinite.
    assertThat(bound.allowed(2, noise(0.995), 0)).isInfinite();
  }

  @Test
  void selectMayDifferWhereRoundingMakesEqual() {
    double[] key = {1, 1.015, 1.03, -1};
    int[] above = {10, 20, 30, 40};
    int[] otherwise = {11, 17, 30, 44};
    ErrorBound exact = FLOAT.select(key, 1, above, otherwise);
    ErrorBound rounded = ROUNDED.select(key, 1, above, otherwise);
    assertThat(allowed(exact, 4)).containsOnly(0);
    assertThat(allowed(rounded, 4)).containsExactly(1, 3, 0, 0);
  }

  @Test
  void remaskMayDifferWhereRoundingMakesEqualToTheCut() {
    int[] ids = {9, 9, 9, 9, 1, 9, 1, 1};
    int[] sampled = {1, 2, 3, 4, 5, 6, 7, 8};
    // The first row's cut is 2.015; the second has one masked place and no cut.
    double[] confidence = {2, 2.015, 1, 3, 2, 2, 2, 2};
    Masked at = new Masked(ids, sampled, confidence, new int[] {2, 1}, 9);
    assertThat(allowed(FLOAT.remask(at), 8)).containsOnly(0);
    assertThat(allowed(ROUNDED.remask(at), 8)).containsExactly(8, 7, 0, 0, 0, 0, 0, 0);
  }

  private static double[] allowed(ErrorBound bound, int count) {
    return IntStream.range(0, count).mapToDouble(i -> bound.allowed(i, 0, 0)).toArray();
  }
}
