package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.tensor.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Shape PAIR = Shape.of(2);

  private static Comparison compare(double expected, double found, double allowed) {
    double[] left = {0, expected};
    double[] right = {0, found};
    return Comparison.of(PAIR, left, right, ErrorBound.of(allowed, 0));
  }

  @Test
  void anErrorAtTheBoundPassesAndOneBeyondFails() {
    assertThat(compare(1, 1.25, 0.25).passed()).isTrue();
    assertThat(compare(1, 1.25, 0.2499).passed()).isFalse();
    assertThat(compare(1, 0.75, 0.2499).passed()).isFalse();
    assertThat(compare(1, 1.25, 0.2499).maxError()).isEqualTo(0.25);
  }

  @Test
  void nothingPassesForANumberThatIsNone() {
    assertThat(compare(1, Double.NaN, 1e300).passed()).isFalse();
    assertThat(compare(Double.NaN, 1, 1e300).passed()).isFalse();
    assertThat(compare(1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY).passed()).isFalse();
    assertThat(compare(1, 2, Double.NaN).passed()).isFalse();
    assertThat(compare(Double.NaN, Double.NaN, 0).passed()).isTrue();
    assertThat(compare(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 0).passed()).isTrue();
  }

  @Test
  void relativeAndRowwiseBoundsScale() {
    ErrorBound bound = ErrorBound.perRow(new double[] {0.5, 2}, 3, 0.1);
    assertThat(bound.allowed(2, -10, 0)).isEqualTo(1.5);
    assertThat(bound.allowed(3, 10, 0)).isEqualTo(3);
    assertThat(ErrorBound.of(1, 0.5).allowed(7, -4, 0)).isEqualTo(3);
    assertThat(ErrorBound.exact().allowed(0, 1, 1)).isZero();
  }

  @Test
  void aFailureNamesTheWorstPlaceItsBoundAndTheFirstFivePairs() {
    double[] expected = new double[12];
    double[] found = IntStream.range(0, 12).mapToDouble(i -> i == 7 ? 100 : i).toArray();
    Comparison comparison = Comparison.of(Shape.of(3, 4), expected, found, ErrorBound.of(3.5, 0));
    assertThat(comparison.failures()).isEqualTo(8);
    assertThat(comparison.worst()).isEqualTo(7);
    assertThat(comparison.maxError()).isEqualTo(100);
    assertThat(comparison.details())
        .startsWith(
            "8 of 12 beyond the bound; worst at [1, 3]: expected 0.0, found 100.0, error 100,"
                + " bound 3.50; first\n")
        .contains("at [1, 0]: expected 0.0, found 4.0")
        .contains("at [2, 0]: expected 0.0, found 8.0")
        .doesNotContain("at [2, 1]");
    assertThat(comparison.details().lines()).hasSize(6);
  }

  @Test
  void theWorstIsRelativeToItsBound() {
    ErrorBound bound = ErrorBound.perRow(new double[] {1, 100}, 1, 0);
    Comparison comparison = Comparison.of(PAIR, new double[] {0, 0}, new double[] {0.5, 10}, bound);
    assertThat(comparison.passed()).isTrue();
    assertThat(comparison.worst()).isZero();
    assertThat(comparison.details()).startsWith("0 of 2 beyond the bound; worst at [0]");
  }

  @Test
  void equalResultsSaySo() {
    Comparison comparison = compare(3, 3, 0);
    assertThat(comparison.worst()).isEqualTo(-1);
    assertThat(comparison).hasToString("all 2 equal");
  }

  @Test
  void theCountsMustFit() {
    double[] three = new double[3];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(PAIR, three, three, ErrorBound.exact()))
        .withMessageContaining("3 and 3 values for shape [2]");
  }
}
