package dev.arpg4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.TokenGrid;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class CellPicturesTest {
  @Test
  void pastesCells() {
    BufferedImage black = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
    BufferedImage white = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
    white.setRGB(0, 0, 4, 2, new int[] {-1, -1, -1, -1, -1, -1, -1, -1}, 0, 4);
    BufferedImage pasted = CellPictures.pasted(white, black, new TokenGrid(1, 2), 1);
    assertThat(pasted.getRGB(0, 0, 4, 2, null, 0, 4))
        .containsExactly(0xFF000000, 0xFF000000, -1, -1, 0xFF000000, 0xFF000000, -1, -1);
    assertThat(black.getRGB(2, 0)).isEqualTo(0xFF000000);
  }
}
