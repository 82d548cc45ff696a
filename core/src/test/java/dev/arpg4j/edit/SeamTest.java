package dev.arpg4j.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.TokenGrid;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class SeamTest {
  /** Two rows of three cells, 2x2 pixels each; cell 1 is known: three borders of two pairs. */
  private static final Seam SEAM = new Seam(new TokenGrid(2, 3), cell -> cell == 1);

  @Test
  void isTheMeanStepAcrossTheBorderAlone() {
    BufferedImage picture = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
    assertThat(SEAM.step(picture)).isZero();
    picture.setRGB(5, 0, 0xFFFFFF); // inside of cell 2
    picture.setRGB(0, 2, 0xFFFFFF); // of cell 3, which has no border to cell 1
    assertThat(SEAM.step(picture)).isZero();
    picture.setRGB(2, 0, 0x000C00); // on the left border of cell 1: 12 of one colour of three
    assertThat(SEAM.step(picture)).isEqualTo(12 / 3.0 / 6);
    picture.setRGB(2, 1, 0x06000C); // the left border, and the one below
    assertThat(SEAM.step(picture)).isEqualTo((12 + 2 * 18) / 3.0 / 6);
  }

  @Test
  void withoutABorderThereIsNoStep() {
    BufferedImage picture = EditPictures.noise(6, 4, 0);
    assertThat(new Seam(new TokenGrid(2, 3), cell -> true).step(picture)).isZero();
    assertThat(SEAM.step(picture)).isPositive();
  }

  /** Cells at the ends of two rows follow each other in raster order, and have no border. */
  @Test
  void rowsDoNotGoOnInTheNext() {
    BufferedImage picture = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(4, 1, 0x000008);
    // Cell 2 has a left and a lower border of two pairs each; the pixel lies at both.
    assertThat(new Seam(new TokenGrid(2, 3), cell -> cell == 2).step(picture))
        .isEqualTo(2 * 8 / 3.0 / 4);
  }
}
