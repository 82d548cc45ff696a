package dev.arpg4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
  @Test
  void laysImagesOutWithFewEmptyPlaces() {
    assertThat(ContactSheet.columns(1, 1)).isEqualTo(1);
    assertThat(ContactSheet.columns(3, 3)).isEqualTo(3);
    assertThat(ContactSheet.columns(10, 10)).isEqualTo(5);
    assertThat(ContactSheet.columns(40, 10)).isEqualTo(10);
    assertThat(ContactSheet.columns(16, 1)).isEqualTo(4);
  }

  @Test
  void enlargesSmallImagesAndWritesLabelsBelow() {
    BufferedImage image = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
    ContactSheet empty = new ContactSheet(List.of("", ""), 2, 10, 10, 45);
    ContactSheet named = new ContactSheet(List.of("disk", "moon"), 2, 10, 10, 45);
    assertThat(named.zoom()).isEqualTo(4);
    BufferedImage without = empty.draw(List.of(image, image));
    BufferedImage with = named.draw(List.of(image, image));
    assertThat(with.getWidth()).isEqualTo(without.getWidth()).isGreaterThan(2 * 40);
    assertThat(dark(with, 0, named.top(0) + 40)).isEqualTo(0);
    assertThat(dark(with, named.top(0) + 41, with.getHeight())).isPositive();
    assertThat(dark(without, named.top(0) + 41, without.getHeight())).isZero();
  }

  @Test
  void lettersTheFontLacksLookLikeQuestionMarks() {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    BufferedImage mark = new ContactSheet(List.of("?"), 1, 64, 64, 64).draw(List.of(image));
    BufferedImage lacked = new ContactSheet(List.of("\u4e00"), 1, 64, 64, 64).draw(List.of(image));
    int[] pixels = mark.getRGB(0, 0, mark.getWidth(), mark.getHeight(), null, 0, mark.getWidth());
    assertThat(lacked.getRGB(0, 0, mark.getWidth(), mark.getHeight(), null, 0, mark.getWidth()))
        .isEqualTo(pixels);
  }

  /** Pixels of the label colour in a band of rows. */
  private static long dark(BufferedImage image, int from, int to) {
    long dark = 0;
    for (int y = from; y < to; y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        dark += image.getRGB(x, y) == 0xFF303030 ? 1 : 0;
      }
    }
    return dark;
  }
}
