package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ProceduralImagesTest {
  private static final ProceduralImages SET = new ProceduralImages(0, 1000);

  @Test
  void hasTheClassesOfTheEmbeddedModel() {
    assertThat(SET.classNames()).isEqualTo(EmbeddedModel.checkpoint().classNames());
  }

  @Test
  void aPictureIsAFunctionOfSeedAndIndexAlone() {
    ProceduralImages longer = new ProceduralImages(0, 5000);
    for (int index : new int[] {999, 3, 500, 3}) {
      assertThat(longer.label(index)).isEqualTo(SET.label(index));
      assertThat(pixels(longer, index)).isEqualTo(pixels(SET, index));
    }
    ProceduralImages other = new ProceduralImages(1, 1000);
    assertThat(IntStream.range(0, 100).filter(i -> Arrays.equals(pixels(other, i), pixels(SET, i))))
        .isEmpty();
  }

  /** Whatever computes them, compiled or not: a set is part of what a training run is. */
  @Test
  void thePixelsNeverChange() {
    CRC32 sum = new CRC32();
    for (int index = 0; index < 200; index++) {
      int[] pixels = pixels(SET, index);
      ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length);
      bytes.asIntBuffer().put(pixels);
      sum.update(bytes);
    }
    assertThat(sum.getValue()).isEqualTo(3151730895L);
  }

  @Test
  void labelsAreDrawnUniformly() {
    int[] counts = new int[10];
    IntStream.range(0, SET.size()).forEach(i -> counts[SET.label(i)]++);
    // A count of 1000 draws at 1/10 has the standard deviation 9.5; five of them.
    assertThat(Arrays.stream(counts)).hasSize(10).allMatch(count -> count >= 52 && count <= 148);
  }

  @Test
  void paintsOneInkOnOneGroundWithThreeMixturesBetween() {
    Set<Integer> grounds = new HashSet<>();
    for (int index = 0; index < 200; index++) {
      int[] colours = Arrays.stream(pixels(SET, index)).distinct().toArray();
      assertThat(colours).hasSizeBetween(2, 5);
      // Every ground has more green than any ink, so no mixture has as much.
      grounds.add(
          Arrays.stream(colours)
              .mapToObj(colour -> colour & 0xFFFFFF)
              .max(Comparator.comparingInt(colour -> colour >> 8 & 0xFF))
              .orElseThrow());
    }
    assertThat(grounds).containsExactlyInAnyOrder(0xF6F1E7, 0xE2EEF7, 0xFCE5DE, 0xE6F3E1);
  }

  @Test
  void stripesLieBothWaysAndCheckersHaveBothSizes() {
    Set<Boolean> upright = new HashSet<>();
    Set<Integer> fields = new HashSet<>();
    for (int index = 0; index < SET.size(); index++) {
      String name = SET.classNames().get(SET.label(index));
      int[] pixels = pixels(SET, index);
      if (name.equals("stripes")) {
        upright.add(IntStream.range(1, 64).allMatch(row -> pixels[64 * row] == pixels[0]));
      } else if (name.equals("checker")) {
        fields.add((int) IntStream.range(1, 64).filter(x -> pixels[x] != pixels[x - 1]).count());
      }
    }
    assertThat(upright).containsExactlyInAnyOrder(true, false);
    assertThat(fields).containsExactlyInAnyOrder(3, 7);
  }

  @Test
  void refusesAnEmptySet() {
    assertThatThrownBy(() -> new ProceduralImages(0, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("shapes10: 0 images, expected 1 or more");
  }

  private static int[] pixels(ProceduralImages set, int index) {
    BufferedImage picture = set.picture(index);
    return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, 64);
  }
}
