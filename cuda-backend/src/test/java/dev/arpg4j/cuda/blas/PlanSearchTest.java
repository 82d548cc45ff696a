package dev.arpg4j.cuda.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanSearchTest {
  private final List<String> said = new ArrayList<>();
  private double[][] millis = {{5, 5, 5}, {9, 2, 2}, {1, 4, 4}};
  private final int[] stops = new int[4];
  private int way;

  private final PlanSearch search =
      new PlanSearch(
          new PlanSearch.Stopwatch() {
            @Override
            public void start() {
              said.add("start");
            }

            @Override
            public double stop() {
              return millis[way][stops[way]++];
            }
          });

  private boolean run(int which) {
    said.add("run " + which);
    way = which;
    return which != 0;
  }

  @Test
  void theLeastMedianWins() {
    assertThat(search.fastest(3, this::run)).as("not the one with the luckiest run").isEqualTo(1);
  }

  @Test
  void aWayThatDoesNotWorkIsTriedOnceAndEachOtherWarmsUpFirst() {
    search.fastest(2, this::run);
    assertThat(said)
        .containsExactly("run 0", "run 1", "start", "run 1", "start", "run 1", "start", "run 1");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 1.95, 1.99", // by less than 3 %
    "1, 2, 1.93, 1.90",
    "2, 2, 1.95, 1.93",
    "0, 0.002, 0.0011, 0.0012", // by less than a microsecond
    "1, 0.003, 0.0019, 0.0020"
  })
  void amongNearEqualsTheFirstWins(int expected, double first, double second, double third) {
    millis = new double[][] {{0}, all(first), all(second), all(third)};
    assertThat(search.fastest(3, way -> run(way + 1))).isEqualTo(expected);
  }

  private static double[] all(double each) {
    return new double[] {each, each, each};
  }

  @Test
  void ifNoneWorksNoneIsGiven() {
    assertThat(search.fastest(1, this::run)).isEqualTo(-1);
  }
}
