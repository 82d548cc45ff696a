package dev.arpg4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  @TempDir Path folder;

  private BufferedImage read(BufferedImage picture) throws IOException {
    Path file = folder.resolve("a.png");
    ImageIO.write(picture, "png", file.toFile());
    return PictureFile.read(file);
  }

  /** The JDK would take stored grey for linear light, and brighten it. */
  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void greyIsAsItIsStored(int type) throws IOException {
    BufferedImage grey = new BufferedImage(2, 1, type);
    grey.getRaster().setSample(1, 0, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 << 8);
    BufferedImage read = read(grey);
    assertThat(read.getRGB(0, 0)).isEqualTo(0xFF000000);
    assertThat(read.getRGB(1, 0)).isEqualTo(0xFF646464);
  }

  @Test
  void everyColourComesBackAndTransparencyDoesNot() throws IOException {
    BufferedImage colours = new BufferedImage(256, 1, BufferedImage.TYPE_INT_ARGB);
    for (int x = 0; x < 256; x++) {
      colours.setRGB(x, 0, 0x80000000 | x << 16 | (255 - x) << 8 | x);
    }
    BufferedImage read = read(colours);
    for (int x = 0; x < 256; x++) {
      assertThat(read.getRGB(x, 0)).isEqualTo(0xFF000000 | x << 16 | (255 - x) << 8 | x);
    }
  }
}
