package dev.arpg4j.cuda.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanSearchTest {
  private final List<String> said = new ArrayList<>();
  private final double[][] millis = {{5, 5, 5}, {9, 2, 2}, {1, 4, 4}};
  private final int[] stops = new int[3];
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

  @Test
  void ifNoneWorksNoneIsGiven() {
    assertThat(search.fastest(1, this::run)).isEqualTo(-1);
  }
}
