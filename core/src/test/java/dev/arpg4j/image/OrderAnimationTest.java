package dev.arpg4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.TokenGrid;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;

class OrderAnimationTest {
  private static final int RED = 0xFFFF0000;
  private static final int BLUE = 0xFF0000FF;

  /** Two cells side by side, the right one decoded first. */
  @Test
  void cellsAppearInTheOrderOfTheDecode() throws IOException {
    PatchCodebook codebook = new PatchCodebook(new float[][] {{1, 0, 0}, {0, 0, 1}});
    TokenGrid grid = new TokenGrid(1, 2);
    BufferedImage image = codebook.decode(grid, new int[] {0, 1});
    ContactSheet sheet = new ContactSheet(List.of("a label"), 1, 2, 1, 64);
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    new OrderAnimation(sheet, grid, Plan.ones(2), new int[][] {{1, 0}}).write(List.of(image), gif);

    List<int[]> middles = new ArrayList<>();
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(gif.toByteArray())));
    BufferedImage shown = new BufferedImage(reader.getWidth(0), reader.getHeight(0), 1);
    Graphics graphics = shown.getGraphics();
    for (int frame = 0; frame < reader.getNumImages(true); frame++) {
      graphics.drawImage(reader.read(frame), 0, 0, null);
      middles.add(
          new int[] {
            shown.getRGB(sheet.left(0) + 16, sheet.top(0) + 16),
            shown.getRGB(sheet.left(0) + 48, sheet.top(0) + 16)
          });
    }
    assertThat(middles).hasSize(3);
    assertThat(middles.get(0)).doesNotContain(RED, BLUE);
    assertThat(middles.get(1)[0]).isNotEqualTo(RED);
    assertThat(middles.get(1)[1]).isEqualTo(BLUE);
    assertThat(middles.get(2)).containsExactly(RED, BLUE);
  }

  /** Cells that are not decoded were known: they are there from the start. */
  @Test
  void knownCellsAreThereFromTheStart() throws IOException {
    PatchCodebook codebook = new PatchCodebook(new float[][] {{1, 0, 0}, {0, 0, 1}});
    TokenGrid grid = new TokenGrid(1, 2);
    BufferedImage image = codebook.decode(grid, new int[] {0, 1});
    ContactSheet sheet = new ContactSheet(List.of("a label"), 1, 2, 1, 64);
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    new OrderAnimation(sheet, grid, Plan.ones(1), new int[][] {{1}}).write(List.of(image), gif);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(gif.toByteArray())));
    assertThat(reader.getNumImages(true)).isEqualTo(2);
    BufferedImage first = reader.read(0);
    assertThat(first.getRGB(sheet.left(0) + 16, sheet.top(0) + 16)).isEqualTo(RED);
    assertThat(first.getRGB(sheet.left(0) + 48, sheet.top(0) + 16)).isNotEqualTo(BLUE);
  }

  @Test
  void fewColoursStayWhatTheyAre() {
    int[] image = {0x010203, 0x000000, 0xFFFFFF, 0x010204};
    Palette palette = Palette.of(image);
    for (int rgb : image) {
      assertThat(palette.colourModel().getRGB(palette.index(rgb) & 0xFF) & 0xFFFFFF).isEqualTo(rgb);
    }
  }

  @Test
  void manyColoursComeClose() {
    int[] image = new int[4096];
    for (int i = 0; i < image.length; i++) {
      image[i] = (i & 0xF) << 20 | (i >> 4 & 0xF) << 12 | (i >> 8 & 0xF) << 4;
    }
    Palette palette = Palette.of(image);
    for (int rgb : image) {
      int shown = palette.colourModel().getRGB(palette.index(rgb) & 0xFF);
      for (int shift : new int[] {16, 8, 0}) {
        // 255 boxes of 4096 colours on a cubic lattice of pitch 16 are at most four pitches wide.
        assertThat((shown >> shift & 0xFF) - (rgb >> shift & 0xFF)).isBetween(-64, 64);
      }
    }
  }
}
