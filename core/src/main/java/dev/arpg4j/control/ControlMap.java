package dev.arpg4j.control;

import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One number for each pixel of a picture: 0 or 1 where edges are, or a grey value 0..1.
 *
 * @param values row by row
 */
public record ControlMap(int width, int height, float[] values) {
  private static final double RED = 0.299;
  private static final double GREEN = 0.587;
  private static final double BLUE = 0.114;
  private static final int BYTE = 255;

  public ControlMap {
    if (width < 1 || height < 1 || values.length != width * height) {
      throw new InvalidInputException(
          "map of %d values for %dx%d pixels".formatted(values.length, width, height));
    }
  }

  /** The map that a picture has: its edges, or its grey values. */
  public static ControlMap of(ControlKind kind, BufferedImage picture) {
    return switch (kind) {
      case EDGES -> Edges.of(picture);
      case GREY -> grey(picture);
      case NONE, TOKENS -> throw new IllegalArgumentException(kind + " is no map");
    };
  }

  /** The luma of each pixel (ITU-R BT.601), 0..1. */
  public static ControlMap grey(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] colours = picture.getRGB(0, 0, width, height, null, 0, width);
    float[] values = new float[colours.length];
    for (int i = 0; i < values.length; i++) {
      double luma =
          RED * (colours[i] >> 16 & BYTE)
              + GREEN * (colours[i] >> 8 & BYTE)
              + BLUE * (colours[i] & BYTE);
      values[i] = (float) (luma / BYTE);
    }
    return new ControlMap(width, height, values);
  }

  /** The edges that a picture of them shows, as {@link #picture} draws them: its light pixels. */
  public static ControlMap drawnEdges(BufferedImage picture) {
    ControlMap grey = grey(picture);
    float[] values = new float[grey.values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = grey.values[i] < 0.5 ? 0 : 1;
    }
    return new ControlMap(grey.width, grey.height, values);
  }

  /** The map as a picture of grey values: edges are white on black. */
  public BufferedImage picture() {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < values.length; i++) {
      int level = Math.round(BYTE * Math.clamp(values[i], 0f, 1f));
      picture.setRGB(i % width, i / width, level << 16 | level << 8 | level);
    }
    return picture;
  }

  /** How many values a cell of a picture is told; 0 if cells are no squares of pixels. */
  public static int valuesOfCell(PictureFile.Size size, TokenGrid grid) {
    int side = size.height() / grid.rows();
    boolean square = side * grid.rows() == size.height() && side * grid.columns() == size.width();
    return square ? field(side) * field(side) : 0;
  }

  /** The pixels across of a cell that is told so many values: {@link #valuesOfCell} gone back. */
  public static int cellSide(int valuesOfCell) {
    return ((int) Math.sqrt(valuesOfCell) + 1) / 2;
  }

  /** How many pixels across of a map a cell is told: its own, and half as many on every side. */
  private static int field(int side) {
    return side + 2 * margin(side);
  }

  /** A cell has to know of an edge that runs along its border which side of it it is on. */
  private static int margin(int side) {
    return side / 2;
  }

  /**
   * The map cell by cell: the pixels of each and half a cell around it, 0 outside of the map.
   *
   * @return [N·F·F], F the pixels across of what a cell is told, row by row
   * @throws InvalidInputException if the cells of the grid are no squares of pixels
   */
  public float[] cells(TokenGrid grid) {
    int each = valuesOfCell(new PictureFile.Size(width, height), grid);
    if (each == 0) {
      throw new InvalidInputException(
          "map of %dx%d pixels, expected squares of pixels for %s cells"
              .formatted(width, height, grid));
    }
    int side = height / grid.rows();
    int field = field(side);
    float[] cells = new float[grid.cells() * each];
    for (int k = 0; k < cells.length; k++) {
      int cell = k / each;
      int y = cell / grid.columns() * side + k % each / field - margin(side);
      int x = cell % grid.columns() * side + k % field - margin(side);
      boolean inside = x >= 0 && x < width && y >= 0 && y < height;
      cells[k] = inside ? values[y * width + x] : 0;
    }
    return cells;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ControlMap that
        && width == that.width
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "map of %dx%d pixels".formatted(width, height);
  }
}
