package dev.arpg4j.image;

import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Images of one size side by side, each with its label below. Small images are enlarged by a whole
 * factor, pixel by pixel, so that labels fit and patches stay sharp.
 */
public final class ContactSheet {
  /** The side of an image as people want to see it. */
  public static final int PICTURE_SIDE = 192;

  /** A quarter of a gibibyte of colours, with as much again while the PNG is made. */
  private static final long MOST_PIXELS = 1 << 26;

  private static final int MARGIN = 12;
  private static final int LETTER_ZOOM = 2;
  private static final int LABEL_HEIGHT = LETTER_ZOOM * Glyphs.HEIGHT;
  private static final int LABEL_GAP = 6;
  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x303030;

  private final List<String> labels;
  private final int columns;
  private final int width;
  private final int height;
  private final int zoom;
  private final Glyphs glyphs = Glyphs.load();

  /**
   * A sheet of as many images as labels.
   *
   * @param columns images in a row
   * @param width of an image, before it is enlarged
   * @param height of an image, before it is enlarged
   * @param shownSide the side that images are enlarged to, or the next smaller whole multiple
   */
  public ContactSheet(List<String> labels, int columns, int width, int height, int shownSide) {
    if (labels.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(labels.size() + " images in " + columns + " columns");
    }
    this.labels = List.copyOf(labels);
    this.columns = columns;
    this.width = width;
    this.height = height;
    this.zoom = Math.max(1, shownSide / Math.max(width, height));
  }

  /**
   * How many images stand in a row: one for each class where the classes repeat, else what leaves
   * the fewest empty places in a sheet that is as wide as it is high, up to four times as wide.
   *
   * @param period after how many images the classes begin again
   */
  public static int columns(int images, int period) {
    if (images > period && images % period == 0 && period > 1 && period <= 12) {
      return period;
    }
    int best = (int) Math.ceil(Math.sqrt(images));
    for (int columns = best; columns <= Math.min(images, 10); columns++) {
      if (empty(images, columns) < empty(images, best)) {
        best = columns;
      }
    }
    return images <= 5 ? images : best;
  }

  private static int empty(int images, int columns) {
    return Math.ceilDiv(images, columns) * columns - images;
  }

  /** How many pixels a sheet of as many images has, in which they are enlarged as here. */
  public static long pixels(int images, int columns, long width, long height, int shownSide) {
    long zoom = Math.max(1, shownSide / Math.max(width, height));
    long rows = Math.ceilDiv(images, columns);
    long across = MARGIN + columns * (width * zoom + MARGIN);
    long down = MARGIN + rows * (height * zoom + LABEL_GAP + LABEL_HEIGHT + MARGIN);
    return Math.multiplyExact(across, down);
  }

  /**
   * Refuses a sheet that is too large to draw: better known before hours of decoding. Images are
   * shown at {@link #PICTURE_SIDE}.
   *
   * @param flag what asks for it
   * @param instead what to do
   * @throws InvalidInputException if it is
   */
  public static void requireDrawable(
      String flag, int images, int columns, long width, long height, String instead) {
    long pixels = pixels(images, columns, width, height, PICTURE_SIDE);
    if (pixels > MOST_PIXELS) {
      throw new InvalidInputException(
          "%s: the picture of all %d images would have %d pixels; expected at most %d: %s"
              .formatted(flag, images, pixels, MOST_PIXELS, instead));
    }
  }

  /** The sheet of these images, one for each label, all of the given size. */
  public BufferedImage draw(List<BufferedImage> images) {
    if (images.size() != labels.size()) {
      throw new IllegalArgumentException(images.size() + " images, " + labels.size() + " labels");
    }
    int rows = Math.ceilDiv(labels.size(), columns);
    Canvas sheet = new Canvas(edge(columns, width * zoom), top(rows * columns), PAPER);
    for (int i = 0; i < images.size(); i++) {
      enlarge(images.get(i), sheet, left(i), top(i));
      write(labels.get(i), sheet, left(i), top(i) + height * zoom + LABEL_GAP);
    }
    return sheet.image();
  }

  /** Where image {@code i} begins, in pixels from the left. */
  int left(int i) {
    return edge(i % columns, width * zoom);
  }

  /** Where image {@code i} begins, in pixels from the top. */
  int top(int i) {
    return edge(i / columns, height * zoom + LABEL_GAP + LABEL_HEIGHT);
  }

  /** Where place {@code k} begins in a row of places of this size with margins between. */
  private static int edge(int k, int size) {
    return MARGIN + k * (size + MARGIN);
  }

  /** How many pixels of the sheet a pixel of an image takes, each way. */
  int zoom() {
    return zoom;
  }

  /** Writes an image as PNG, the same bytes for the same pixels. */
  public static void writePng(BufferedImage image, OutputStream out) throws IOException {
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IOException("this JDK has no writer for PNG");
      }
    }
  }

  private void enlarge(BufferedImage image, Canvas sheet, int left, int top) {
    if (image.getWidth() != width || image.getHeight() != height) {
      throw new IllegalArgumentException(
          "image of %dx%d pixels in a sheet for %dx%d"
              .formatted(image.getWidth(), image.getHeight(), width, height));
    }
    int[] colours = image.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < colours.length; i++) {
      sheet.square(left + i % width * zoom, top + i / width * zoom, zoom, colours[i]);
    }
  }

  /** A label centred below its image, cut where it would reach into the next. */
  private void write(String label, Canvas sheet, int left, int top) {
    int letters = Math.max(1, (width * zoom / LETTER_ZOOM + 1) / Glyphs.PITCH);
    String text = label.length() <= letters ? label : label.substring(0, letters - 1) + ".";
    int textWidth = (text.length() * Glyphs.PITCH - 1) * LETTER_ZOOM;
    int start = left + Math.max(0, (width * zoom - textWidth) / 2);
    for (int i = 0; i < text.length(); i++) {
      for (int y = 0; y < Glyphs.HEIGHT; y++) {
        for (int x = 0; x < Glyphs.WIDTH; x++) {
          if (glyphs.isSet(text.charAt(i), x, y)) {
            int column = start + (i * Glyphs.PITCH + x) * LETTER_ZOOM;
            sheet.square(column, top + y * LETTER_ZOOM, LETTER_ZOOM, INK);
          }
        }
      }
    }
  }
}
