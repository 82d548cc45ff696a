package dev.arpg4j.edit;

import static dev.arpg4j.edit.EditPictures.noise;
import static dev.arpg4j.edit.EditPictures.pixels;
import static dev.arpg4j.edit.EditPictures.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class OriginalTest {
  @Test
  void isCutToItsMiddle() {
    BufferedImage picture = noise(5, 4, 0);
    Original middle = shown(picture).cropped(new Size(3, 2));
    assertThat(pixels(middle.picture())).isEqualTo(picture.getRGB(1, 1, 3, 2, null, 0, 3));
  }

  @Test
  void isScaledByTheShareOfEachPixel() {
    BufferedImage picture = new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, 3, 1, new int[] {0x0000FF, 0x00FF00, 0xFF0000}, 0, 3);
    // Of the three pixels each of two takes one and a half: 255 * 2/3 = 170, 255 / 3 = 85.
    assertThat(pixels(shown(picture).resized(new Size(2, 1)).picture()))
        .containsExactly(0xFF0055AA, 0xFFAA5500);
    assertThat(pixels(shown(picture).resized(new Size(6, 1)).picture()))
        .containsExactly(0xFF0000FF, 0xFF0000FF, 0xFF00FF00, 0xFF00FF00, 0xFFFF0000, 0xFFFF0000);
    assertThat(pixels(shown(picture).resized(new Size(3, 1)).picture())).isEqualTo(pixels(picture));
  }

  /** No colour of a hidden pixel reaches one that is shown, also where sizes do not divide. */
  @Test
  void scalingMixesNothingHiddenIntoWhatIsShown() {
    Size from = new Size(7, 5);
    HiddenPixels hidden = HiddenPixels.rectangle(from, 2, 1, 3, 2);
    BufferedImage one = noise(7, 5, 1);
    BufferedImage other = noise(7, 5, 1);
    other.setRGB(2, 1, 3, 2, pixels(noise(3, 2, 2)), 0, 3);
    for (Size to : new Size[] {new Size(4, 4), new Size(11, 3), new Size(14, 9)}) {
      Original first = new Original(one, hidden).resized(to);
      Original second = new Original(other, hidden).resized(to);
      int shown = 0;
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++) {
          if (!first.hidden().at(x, y)) {
            assertThat(first.picture().getRGB(x, y)).isEqualTo(second.picture().getRGB(x, y));
            shown++;
          }
        }
      }
      assertThat(shown).isPositive();
      assertThat(pixels(first.picture())).isNotEqualTo(pixels(second.picture()));
    }
  }

  @Test
  void isPlacedInALargerPicture() {
    BufferedImage picture = noise(2, 2, 3);
    Original placed = shown(picture).placed(1, 2, new Size(4, 5));
    assertThat(placed.picture().getRGB(1, 2, 2, 2, null, 0, 2)).isEqualTo(pixels(picture));
    assertThat(placed.picture().getRGB(0, 0)).isEqualTo(0xFF808080);
    assertThat(placed.hidden().at(1, 2)).isFalse();
    assertThat(placed.hidden().at(3, 2)).isTrue();
  }

  @Test
  void refusesWhatDoesNotFit() {
    Original original = shown(noise(3, 3, 0));
    assertThatThrownBy(() -> original.cropped(new Size(4, 2)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("picture of 3x3 pixels cannot be cropped to 4x2: expected a larger one");
    assertThatThrownBy(() -> original.placed(2, 0, new Size(4, 4)))
        .hasMessage("picture of 3x3 pixels at 2,0: reaches out of 4x4");
    assertThatThrownBy(() -> original.placed(-1, 0, new Size(4, 4)))
        .hasMessageContaining("reaches out");
    assertThatThrownBy(() -> new Original(noise(2, 2, 0), HiddenPixels.none(new Size(2, 3))))
        .hasMessage("mask of 2x3 pixels for a picture of 2x2: expected the same size");
  }
}
