package dev.arpg4j.tensor.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Sampling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawMarginTest {
  private static final double FLOAT = 0x1p-24;

  /** Probabilities 1/8, 1/2, 1/4, 1/8: cumulative 0.125, 0.625, 0.875, 1. */
  private static final double[] EIGHTHS = {
    Math.log(0.125), Math.log(0.5), Math.log(0.25), Math.log(0.125)
  };

  private static List<Integer> ids(double[] logits, double uniform, Sampling sampling, double u) {
    DrawMargin margin = new DrawMargin(sampling, u, 0);
    return IntStream.range(0, logits.length)
        .filter(id -> margin.of(logits, uniform, id).isExplained())
        .boxed()
        .toList();
  }

  @Test
  void insideAnIntervalOneIdIsExplained() {
    assertThat(ids(EIGHTHS, 0, Sampling.PLAIN, FLOAT)).containsExactly(0);
    assertThat(ids(EIGHTHS, 0.3, Sampling.PLAIN, FLOAT)).containsExactly(1);
    assertThat(ids(EIGHTHS, 0.7, Sampling.PLAIN, FLOAT)).containsExactly(2);
    assertThat(ids(EIGHTHS, 0.99, Sampling.PLAIN, FLOAT)).containsExactly(3);
  }

  @Test
  void atABoundaryBothNeighboursAre() {
    assertThat(ids(EIGHTHS, 0.625, Sampling.PLAIN, FLOAT)).containsExactly(1, 2);
    // The margin is a handful of roundings, not a hundredth.
    assertThat(ids(EIGHTHS, 0.6249, Sampling.PLAIN, FLOAT)).containsExactly(1);
    assertThat(ids(EIGHTHS, 0.6251, Sampling.PLAIN, FLOAT)).containsExactly(2);
  }

  /** Logits off by e move a cumulative probability by less than e^{4e} - 1, and e by 1/T. */
  @Test
  void logitsThatPartReachFurther() {
    DrawMargin plain = new DrawMargin(Sampling.PLAIN, FLOAT, 0);
    assertThat(plain.of(EIGHTHS, 0.6, 2).isExplained()).isFalse();
    assertThat(plain.ofLogitsWithin(0.001).of(EIGHTHS, 0.6, 2).isExplained()).isFalse();
    assertThat(plain.ofLogitsWithin(0.01).of(EIGHTHS, 0.6, 2).isExplained()).isTrue();
    DrawMargin cold = new DrawMargin(new Sampling(0.1, 0, 1), FLOAT, 0);
    double[] colder = {-0.2, 0, -0.1, -0.2};
    assertThat(cold.ofLogitsWithin(0.0005).of(colder, 0.6, 2).isExplained()).isFalse();
    assertThat(cold.ofLogitsWithin(0.005).of(colder, 0.6, 2).isExplained()).isTrue();
    DrawMargin greedy = new DrawMargin(Sampling.GREEDY, FLOAT, 0);
    double[] close = {1, 1.001};
    assertThat(greedy.of(close, 0, 0).isExplained()).isFalse();
    assertThat(greedy.ofLogitsWithin(0.0004).of(close, 0, 0).isExplained()).isFalse();
    assertThat(greedy.ofLogitsWithin(0.0006).of(close, 0, 0).isExplained()).isTrue();
  }

  @Test
  void coldDoesNotBlur() {
    double[] logits = {1000, 1000.001, -1000, 999};
    Sampling coldest = new Sampling(1e-9, 0, 1);
    for (double uniform : new double[] {0.01, 0.5, 1 - FLOAT}) {
      assertThat(ids(logits, uniform, coldest, FLOAT)).containsExactly(1);
    }
  }

  @Test
  void filteredIdsNeverAre() {
    Sampling two = new Sampling(1, 2, 1);
    for (double uniform : new double[] {0, 0.3, 0.6, 0.7, 1 - FLOAT}) {
      assertThat(ids(EIGHTHS, uniform, two, FLOAT)).isSubsetOf(1, 2);
    }
    // Of 1/2 and 1/4, normalized to 2/3 and 1/3.
    assertThat(ids(EIGHTHS, 0.66, two, FLOAT)).containsExactly(1);
    assertThat(ids(EIGHTHS, 0.67, two, FLOAT)).containsExactly(2);
  }

  @Test
  void aTieAtTheKthStaysIn() {
    assertThat(ids(EIGHTHS, 0.99, new Sampling(1, 3, 1), FLOAT)).containsExactly(3);
  }

  @Test
  void aNucleusThatEndsAtItsLimitMayEndEitherWay() {
    // 0.5 does not exceed 0.5, so the second entry is kept; a rounding less, and it is not.
    Sampling half = new Sampling(1, 0, 0.5);
    assertThat(ids(EIGHTHS, 0.9, half, FLOAT)).containsExactly(1, 2);
    assertThat(ids(EIGHTHS, 0.9, new Sampling(1, 0, 0.49), FLOAT)).containsExactly(1);
    assertThat(ids(EIGHTHS, 0.9, new Sampling(1, 0, 0.51), FLOAT)).containsExactly(2);
  }

  @Test
  void greedyLeavesNoChoice() {
    double[] tie = {1, 2, 2, 0};
    assertThat(ids(tie, 0.9, Sampling.GREEDY, FLOAT)).containsExactly(1);
    DrawMargin rounded = new DrawMargin(Sampling.GREEDY, FLOAT, FLOAT);
    double[] close = {1, 2, 2 + 1e-8, 1.9};
    assertThat(rounded.of(close, 0, 1).isExplained()).isTrue();
    assertThat(rounded.of(close, 0, 2).isExplained()).isTrue();
    assertThat(rounded.of(close, 0, 3).isExplained()).isFalse();
  }

  @Test
  void roundedLogitsMayTieAndThenEitherIsDrawn() {
    double[] close = {0, 4, 4 - 0x1p-7};
    for (Sampling one : List.of(new Sampling(1e-9, 0, 1), new Sampling(1, 1, 0.05))) {
      DrawMargin rounded = new DrawMargin(one, FLOAT, 0x1p-8);
      assertThat(rounded.of(close, 0.9, 0).isExplained()).isFalse();
      assertThat(rounded.of(close, 0.9, 1).isExplained()).isTrue();
      assertThat(rounded.of(close, 0.9, 2).isExplained()).isTrue();
      assertThat(new DrawMargin(one, FLOAT, 0).of(close, 0.9, 2).isExplained()).isFalse();
    }
  }

  @Test
  void anIdOutsideTheVocabularyIsNotExplained() {
    DrawMargin margin = new DrawMargin(Sampling.PLAIN, FLOAT, 0);
    assertThat(margin.of(EIGHTHS, 0, -1).isExplained()).isFalse();
    assertThat(margin.of(EIGHTHS, 0, 4).isExplained()).isFalse();
  }
}
