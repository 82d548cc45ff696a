package dev.arpg4j.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.Levels;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-width")
class DistortionTest {
  private final BufferedImage picture = new ProceduralImages(0, 10).picture(3);

  @Test
  void isAFunctionOfSeedAndIndex() {
    List<byte[]> once = levels(0, 0);
    assertThat(levels(0, 0)).containsExactlyElementsOf(once);
    assertThat(levels(1, 0)).isNotEqualTo(once);
    assertThat(levels(0, 10).getFirst()).isEqualTo(once.get(10));
  }

  /** A quarter: of 200, a number whose standard deviation is 6. */
  @Test
  void leavesAQuarterAsItIs() {
    byte[] clean = Levels.of(List.of(picture));
    long same = levels(0, 0).stream().filter(levels -> Arrays.equals(levels, clean)).count();
    assertThat(same).isBetween(50 - 4 * 6L, 50 + 4 * 6L);
  }

  /** No colour that was not there before. */
  @Test
  void takesItsPixelsFromThePicture() {
    int[] before = colours(picture);
    for (int index = 0; index < 20; index++) {
      int[] after = colours(new Distortion(0).of(picture, index));
      assertThat(Arrays.stream(after).distinct().boxed())
          .isSubsetOf(Arrays.stream(before).boxed().toList());
    }
  }

  private List<byte[]> levels(long seed, int from) {
    Distortion distortion = new Distortion(seed);
    return IntStream.range(from, from + 200)
        .mapToObj(index -> Levels.of(List.of(distortion.of(picture, index))))
        .toList();
  }

  private static int[] colours(BufferedImage of) {
    return of.getRGB(0, 0, of.getWidth(), of.getHeight(), null, 0, of.getWidth());
  }
}
