package dev.arpg4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenPixelsTest {
  private static final Size SIZE = new Size(4, 3);

  private static String drawn(HiddenPixels hidden) {
    StringBuilder rows = new StringBuilder();
    for (int y = 0; y < hidden.size().height(); y++) {
      rows.append(y == 0 ? "" : "/");
      for (int x = 0; x < hidden.size().width(); x++) {
        rows.append(hidden.at(x, y) ? '#' : '.');
      }
    }
    return rows.toString();
  }

  @Test
  void areThoseOfAForm() {
    assertThat(drawn(HiddenPixels.none(SIZE))).isEqualTo("..../..../....");
    assertThat(drawn(HiddenPixels.rectangle(SIZE, 1, 0, 2, 2))).isEqualTo(".##./.##./....");
    assertThat(drawn(HiddenPixels.margin(SIZE, 1, 0, 2, 1))).isEqualTo("#.##/#.##/####");
    assertThat(drawn(HiddenPixels.margin(SIZE, 9, 0, 0, 0))).isEqualTo("####/####/####");
  }

  /** White hides; from middle grey on, whatever the mask's colours and depth. */
  @Test
  void areWhereAMaskIsBright() {
    BufferedImage mask = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
    int[] colours = {0xFFFFFF, 0x000000, 0x808080, 0x7F7F7F};
    mask.setRGB(0, 0, 4, 1, colours, 0, 4);
    assertThat(drawn(HiddenPixels.white(mask))).isEqualTo("#.#.");
    BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(1, 0, 0xFFFFFF);
    assertThat(drawn(HiddenPixels.white(bits))).isEqualTo(".#");
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 0x80);
    grey.getRaster().setSample(1, 0, 0, 0x7F);
    assertThat(drawn(HiddenPixels.white(grey))).isEqualTo("#.");
  }

  @ParameterizedTest
  @CsvSource({
    "-1,0,1,1",
    "0,-1,1,1",
    "0,0,0,1",
    "0,0,1,0",
    "4,0,1,1",
    "0,3,1,1",
    "2,0,3,1",
    "0,2,1,2",
    "2147483647,0,2147483647,1"
  })
  void refusesRectanglesThatReachOut(int left, int top, int width, int height) {
    assertThatThrownBy(() -> HiddenPixels.rectangle(SIZE, left, top, width, height))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected 1 pixel or more inside the picture of 4x3");
  }

  @Test
  void refusesAMarginThatReachesOut() {
    assertThatThrownBy(() -> HiddenPixels.margin(SIZE, 0, 0, -1, 0))
        .hasMessageContaining("expected 0 or more on each side");
  }

  /** What a hidden pixel has any part in is hidden, so that nothing of it is ever seen. */
  @Test
  void growWithThePicture() {
    Original original =
        new Original(EditPictures.noise(4, 3, 1), HiddenPixels.rectangle(SIZE, 1, 1, 1, 1));
    assertThat(drawn(original.resized(new Size(3, 3)).hidden())).isEqualTo(".../##./...");
    assertThat(drawn(original.resized(new Size(8, 3)).hidden()))
        .isEqualTo("......../..##..../........");
    assertThat(drawn(original.cropped(new Size(2, 2)).hidden())).isEqualTo("../#.");
    assertThat(drawn(original.placed(1, 0, new Size(5, 4)).hidden()))
        .isEqualTo("#..../#.#../#..../#####");
  }
}
