package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalePyramidTest {
  private static ScalePyramid ofScales(int scales) {
    return new ScalePyramid(IntStream.rangeClosed(1, scales).boxed().toList());
  }

  /** VARIANTS.md 4.5 has the tables of four refinements; K = 5 ties at its middle scale. */
  @ParameterizedTest
  @CsvSource({
    "4, 4, 0 1 2 3",
    "5, 4, 0 1 2 2 3",
    "10, 4, 0 0 1 1 1 2 2 3 3 3",
    "1, 4, 0",
    "3, 2, 0 0 1", // ticks ¼ and ¾: ½ is as near to both, and takes the first
    "5, 3, 0 0 1 2 2" // ticks 1/6, ½, 5/6
  })
  void scalesTakeTheNearestRefinement(int scales, int refinements, String expected) {
    assertThat(ofScales(scales).refinements(refinements))
        .containsExactly(Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void placesFollowScaleByScale() {
    ScalePyramid scales = ScalePyramid.PUBLISHED;
    assertThat(scales.places()).isEqualTo(680);
    assertThat(scales.from(9)).isEqualTo(424);
    for (int scale = 0; scale < scales.scales(); scale++) {
      assertThat(scales.scaleOf(scales.from(scale))).isEqualTo(scale);
      assertThat(scales.scaleOf(scales.from(scale + 1) - 1)).isEqualTo(scale);
    }
  }
}
