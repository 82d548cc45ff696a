package dev.arpg4j.edit;

import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tokenizer.Pixels;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import java.util.function.Predicate;

/** Which pixels of a picture an edit makes anew and must not see. Immutable. */
public final class HiddenPixels {
  private final Size size;
  private final BitSet hidden;

  private HiddenPixels(Size size, Predicate<Pixel> hides) {
    this.size = size;
    this.hidden = new BitSet();
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        hidden.set(y * size.width() + x, hides.test(new Pixel(x, y)));
      }
    }
  }

  private record Pixel(int x, int y) {}

  /** None of a picture's. */
  public static HiddenPixels none(Size size) {
    return new HiddenPixels(size, pixel -> false);
  }

  /**
   * Those that a mask shows white: a pixel is hidden from middle grey on, by the mean of its
   * colours.
   */
  public static HiddenPixels white(BufferedImage mask) {
    Size size = new Size(mask.getWidth(), mask.getHeight());
    double[] values = Pixels.of(mask).values(); // [height, width, 3] in [-1, 1]
    return new HiddenPixels(
        size,
        pixel -> {
          int at = 3 * (pixel.y() * size.width() + pixel.x());
          return values[at] + values[at + 1] + values[at + 2] >= 0;
        });
  }

  /**
   * Those of a rectangle.
   *
   * @throws InvalidInputException if it is empty or reaches out of the picture
   */
  public static HiddenPixels rectangle(Size size, int left, int top, int width, int height) {
    if (left < 0
        || top < 0
        || width < 1
        || height < 1
        || width > size.width() - left
        || height > size.height() - top) {
      throw new InvalidInputException(
          "rectangle %d,%d,%d,%d: expected 1 pixel or more inside the picture of %s"
              .formatted(left, top, width, height, size));
    }
    return new HiddenPixels(size, pixel -> inside(pixel, left, top, width, height));
  }

  /**
   * Those that lie so near to a side.
   *
   * @throws InvalidInputException if one is negative
   */
  public static HiddenPixels margin(Size size, int left, int top, int right, int bottom) {
    if (left < 0 || top < 0 || right < 0 || bottom < 0) {
      throw new InvalidInputException(
          "margin %d,%d,%d,%d: expected 0 or more on each side"
              .formatted(left, top, right, bottom));
    }
    return new HiddenPixels(
        size,
        pixel ->
            pixel.x() < left
                || pixel.y() < top
                || pixel.x() >= size.width() - right
                || pixel.y() >= size.height() - bottom);
  }

  private static boolean inside(Pixel pixel, int left, int top, int width, int height) {
    return pixel.x() >= left
        && pixel.y() >= top
        && pixel.x() - left < width
        && pixel.y() - top < height;
  }

  /** Of how many pixels. */
  public Size size() {
    return size;
  }

  /** Whether a pixel is. */
  public boolean at(int x, int y) {
    return hidden.get(y * size.width() + x);
  }

  /** Whether any pixel of a rectangle inside the picture is. */
  boolean anyIn(int left, int top, int width, int height) {
    for (int y = top; y < top + height; y++) {
      // Not nextSetBit, which may have to look through all of the picture.
      for (int x = left; x < left + width; x++) {
        if (at(x, y)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Those of a part of the picture. */
  HiddenPixels cropped(int left, int top, Size part) {
    return new HiddenPixels(part, pixel -> at(left + pixel.x(), top + pixel.y()));
  }

  /** Those of a larger picture that this one is part of: all that lie outside are hidden too. */
  HiddenPixels placed(int left, int top, Size whole) {
    return new HiddenPixels(
        whole,
        pixel ->
            !inside(pixel, left, top, size.width(), size.height())
                || at(pixel.x() - left, pixel.y() - top));
  }

  /** Those of the picture in another size: all that a hidden pixel has any part in. */
  HiddenPixels resized(Resizing across, Resizing down) {
    return new HiddenPixels(
        new Size(across.to(), down.to()),
        pixel -> {
          int left = across.first(pixel.x());
          int top = down.first(pixel.y());
          return anyIn(left, top, across.end(pixel.x()) - left, down.end(pixel.y()) - top);
        });
  }
}
