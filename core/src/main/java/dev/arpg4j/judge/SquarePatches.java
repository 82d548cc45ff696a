package dev.arpg4j.judge;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Pictures as rows of 4x4 pixels, in the order of a curve that fills each square before it leaves
 * it (Morton, 1966): the four patches of any 2x2 square are neighbours, and so are the four squares
 * of the next larger one. A value is {@code level / 127.5 − 1}.
 */
final class SquarePatches {
  private static final int PATCH = ClassifierSizes.PATCH;
  private static final int CHANNELS = 3;
  private static final double HALF = 127.5;

  private SquarePatches() {}

  /**
   * The patches of pictures, [B, P, 48]: row, column, channel within a patch.
   *
   * @param side of each picture, 4 times a power of 2
   * @throws InvalidInputException if a picture has another size
   */
  static Tensor of(Backend backend, int side, List<BufferedImage> pictures) {
    int values = side * side * CHANNELS;
    double[] all = new double[pictures.size() * values];
    for (int i = 0; i < pictures.size(); i++) {
      put(pictures.get(i), side, all, i * values);
    }
    int places = side / PATCH * (side / PATCH);
    return backend.tensor(Shape.of(pictures.size(), places, PATCH * PATCH * CHANNELS), all);
  }

  private static void put(BufferedImage picture, int side, double[] to, int offset) {
    if (picture.getWidth() != side || picture.getHeight() != side) {
      throw new InvalidInputException(
          "a picture of %dx%d pixels: the classifier reads %dx%d"
              .formatted(picture.getWidth(), picture.getHeight(), side, side));
    }
    int[] colours = picture.getRGB(0, 0, side, side, null, 0, side);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int pixel = place(x / PATCH, y / PATCH) * PATCH * PATCH + y % PATCH * PATCH + x % PATCH;
        int rgb = colours[y * side + x];
        for (int channel = 0; channel < CHANNELS; channel++) {
          int level = rgb >> (16 - 8 * channel) & 0xFF;
          to[offset + pixel * CHANNELS + channel] = level / HALF - 1;
        }
      }
    }
  }

  /** The bits of column and row, by turns. */
  private static int place(int column, int row) {
    int place = 0;
    for (int bit = 0; column >> bit != 0 || row >> bit != 0; bit++) {
      place |= ((column >> bit & 1) << (2 * bit)) | ((row >> bit & 1) << (2 * bit + 1));
    }
    return place;
  }
}
