package dev.arpg4j.edit;

import dev.arpg4j.data.ImageEncoder;
import dev.arpg4j.image.CellPictures;
import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The cells of a picture to edit. One is known if no pixel of it is hidden; nothing of the others
 * is looked at, neither to encode the known ones nor to draw the result.
 */
public final class KnownPicture {
  /** Middle grey, the 0 of tokenizers. */
  private static final int NEUTRAL = 0x808080;

  private final Original original;
  private final int cellSide;
  private final TokenGrid grid;
  private final int[] known;

  /**
   * Cuts a picture into cells.
   *
   * @param cellSide in pixels
   * @throws InvalidInputException if a side is no multiple of it
   */
  public KnownPicture(Original original, int cellSide) {
    Size size = original.size();
    if (size.width() % cellSide != 0 || size.height() % cellSide != 0) {
      throw new InvalidInputException(
          "picture of %s pixels, expected sides that are multiples of the %d of a cell"
              .formatted(size, cellSide));
    }
    this.original = original;
    this.cellSide = cellSide;
    this.grid = new TokenGrid(size.height() / cellSide, size.width() / cellSide);
    this.known =
        IntStream.range(0, grid.cells())
            .filter(cell -> !original.hidden().anyIn(left(cell), top(cell), cellSide, cellSide))
            .toArray();
  }

  private int left(int cell) {
    return cell % grid.columns() * cellSide;
  }

  private int top(int cell) {
    return cell / grid.columns() * cellSide;
  }

  public TokenGrid grid() {
    return grid;
  }

  /** The known cells, ascending, [K]. */
  public int[] known() {
    return known.clone();
  }

  /** The others, ascending, [N - K]. */
  public int[] unknown() {
    return IntStream.range(0, grid.cells()).filter(cell -> !isKnown(cell)).toArray();
  }

  /** Whether a cell is known. */
  public boolean isKnown(int cell) {
    return Arrays.binarySearch(known, cell) >= 0;
  }

  /** The picture as it was given. */
  public BufferedImage original() {
    return original.picture();
  }

  /** The known cells on neutral grey. */
  public BufferedImage visible() {
    return paste(neutral(original.size()));
  }

  /**
   * The codes of the known cells. An encoder whose cells look beyond their own pixels, as those of
   * convolutions do, sees grey where nothing is known.
   *
   * @return [K], in the order of {@link #known}
   */
  public int[] codes(ImageEncoder encoder) {
    int[] all = encoder.encode(visible());
    return Arrays.stream(known).map(cell -> all[cell]).toArray();
  }

  /** A picture of the same size with the known cells of the original, pixel for pixel. */
  public BufferedImage paste(BufferedImage made) {
    return CellPictures.pasted(original.picture(), made, grid, known);
  }

  /**
   * Which cells are known: these in their colours, the others hatched, and in warm colours what is
   * made anew although it is not hidden, since its cell is hidden in part.
   */
  public BufferedImage preview() {
    return paste(CellPictures.hatched(original.size(), original.hidden()::at));
  }

  static BufferedImage neutral(Size size) {
    BufferedImage picture =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    int[] colours = new int[size.width() * size.height()];
    Arrays.fill(colours, NEUTRAL);
    picture.setRGB(0, 0, size.width(), size.height(), colours, 0, size.width());
    return picture;
  }
}
