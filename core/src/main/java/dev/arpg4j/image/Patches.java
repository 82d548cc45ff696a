package dev.arpg4j.image;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.nio.IntBuffer;

/**
 * A picture cut into squares of p×p pixels, row by row. Patches are compared as colours and
 * computed with as values, [p·p·3]: row, column, channel (red, green, blue), 0..1.
 */
final class Patches {
  static final int CHANNELS = 3;

  private final int side;
  private final TokenGrid grid;
  private final int[] colours;

  private Patches(int side, TokenGrid grid, int[] colours) {
    this.side = side;
    this.grid = grid;
    this.colours = colours;
  }

  /**
   * The patches of a picture; transparency is left out.
   *
   * @throws InvalidInputException if a side is no multiple of a patch's
   */
  static Patches of(BufferedImage picture, int side) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    TokenGrid grid = grid(new PictureFile.Size(width, height), side);
    int[] colours = picture.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < colours.length; i++) {
      colours[i] &= 0xFFFFFF;
    }
    return new Patches(side, grid, colours);
  }

  /**
   * The grid of the patches of a picture.
   *
   * @throws InvalidInputException if a side is no multiple of a patch's
   */
  static TokenGrid grid(PictureFile.Size size, int side) {
    if (size.width() % side != 0 || size.height() % side != 0) {
      throw new InvalidInputException(
          "picture of %s pixels, expected sides that are multiples of the patch side %d"
              .formatted(size, side));
    }
    return new TokenGrid(size.height() / side, size.width() / side);
  }

  TokenGrid grid() {
    return grid;
  }

  /** The colours of a patch, [p·p], equal for equal patches. */
  IntBuffer patch(int cell) {
    int left = cell % grid.columns() * side;
    int top = cell / grid.columns() * side;
    int[] patch = new int[side * side];
    for (int row = 0; row < side; row++) {
      int from = (top + row) * grid.columns() * side + left;
      System.arraycopy(colours, from, patch, row * side, side);
    }
    return IntBuffer.wrap(patch);
  }

  /** The values of a patch, [p·p·3]. */
  static float[] values(IntBuffer patch) {
    float[] values = new float[patch.limit() * CHANNELS];
    for (int i = 0; i < values.length; i++) {
      int shift = 8 * (CHANNELS - 1 - i % CHANNELS);
      values[i] = (patch.get(i / CHANNELS) >> shift & 0xFF) / 255f;
    }
    return values;
  }
}
