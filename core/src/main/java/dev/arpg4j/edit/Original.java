package dev.arpg4j.edit;

import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tokenizer.Pixels;
import java.awt.image.BufferedImage;

/**
 * A picture to edit, and what of it is hidden.
 *
 * @param picture as 24-bit colours
 */
public record Original(BufferedImage picture, HiddenPixels hidden) {
  private static final int CHANNELS = 3;

  /**
   * Takes a picture as tokenizers read it ({@link Pixels#of}): transparency is left out, and grey
   * is as it is stored.
   *
   * @throws InvalidInputException if the hidden pixels are those of another size
   */
  public Original {
    if (!size(picture).equals(hidden.size())) {
      throw new InvalidInputException(
          "mask of %s pixels for a picture of %s: expected the same size"
              .formatted(hidden.size(), size(picture)));
    }
    picture = Pixels.of(picture).toPicture();
  }

  private static Size size(BufferedImage picture) {
    return new Size(picture.getWidth(), picture.getHeight());
  }

  /** How many pixels it has. */
  public Size size() {
    return hidden.size();
  }

  /**
   * Its middle.
   *
   * @throws InvalidInputException if it is smaller than that
   */
  public Original cropped(Size part) {
    if (part.width() > size().width() || part.height() > size().height()) {
      throw new InvalidInputException(
          "picture of %s pixels cannot be cropped to %s: expected a larger one"
              .formatted(size(), part));
    }
    int left = (size().width() - part.width()) / 2;
    int top = (size().height() - part.height()) / 2;
    int[] colours = picture.getRGB(left, top, part.width(), part.height(), null, 0, part.width());
    return new Original(of(part, colours), hidden.cropped(left, top, part));
  }

  /** All of it in another size. A pixel that a hidden one has part in is hidden. */
  public Original resized(Size to) {
    Resizing across = new Resizing(size().width(), to.width());
    Resizing down = new Resizing(size().height(), to.height());
    int[] from = colours(picture);
    int[] colours = new int[to.width() * to.height()];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = mean(from, across, i % to.width(), down, i / to.width());
    }
    return new Original(of(to, colours), hidden.resized(across, down));
  }

  private static int mean(int[] from, Resizing across, int x, Resizing down, int y) {
    long[] sums = new long[CHANNELS];
    for (int row = down.first(y); row < down.end(y); row++) {
      for (int column = across.first(x); column < across.end(x); column++) {
        long weight = down.weight(y, row) * across.weight(x, column);
        int rgb = from[row * across.from() + column];
        for (int channel = 0; channel < CHANNELS; channel++) {
          sums[channel] += weight * (rgb >> 8 * channel & 0xFF);
        }
      }
    }
    long whole = (long) across.from() * down.from();
    int rgb = 0;
    for (int channel = CHANNELS - 1; channel >= 0; channel--) {
      rgb = rgb << 8 | (int) ((sums[channel] + whole / 2) / whole);
    }
    return rgb;
  }

  /**
   * The picture as part of a larger one, of which nothing else is known.
   *
   * @throws InvalidInputException if it reaches out of it
   */
  public Original placed(int left, int top, Size whole) {
    if (left < 0
        || top < 0
        || size().width() > whole.width() - left
        || size().height() > whole.height() - top) {
      throw new InvalidInputException(
          "picture of %s pixels at %d,%d: reaches out of %s".formatted(size(), left, top, whole));
    }
    BufferedImage around = KnownPicture.neutral(whole);
    around.setRGB(left, top, size().width(), size().height(), colours(picture), 0, size().width());
    return new Original(around, hidden.placed(left, top, whole));
  }

  private static int[] colours(BufferedImage picture) {
    int width = picture.getWidth();
    return picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
  }

  private static BufferedImage of(Size size, int... colours) {
    BufferedImage picture =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, size.width(), size.height(), colours, 0, size.width());
    return picture;
  }
}
