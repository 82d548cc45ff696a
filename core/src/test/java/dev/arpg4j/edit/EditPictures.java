package dev.arpg4j.edit;

import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.awt.image.BufferedImage;

/** Pictures of which every pixel is another. */
final class EditPictures {
  private EditPictures() {}

  static BufferedImage noise(int width, int height, long seed) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int rgb = (int) (Philox.uniform(seed, 0, i, 0, Purpose.CASES) * (1 << 24));
      picture.setRGB(i % width, i / width, rgb);
    }
    return picture;
  }

  /** All of a picture, nothing hidden. */
  static Original shown(BufferedImage picture) {
    return new Original(
        picture, HiddenPixels.none(new Size(picture.getWidth(), picture.getHeight())));
  }

  static int[] pixels(BufferedImage picture) {
    int width = picture.getWidth();
    return picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
  }
}
