package dev.arpg4j.image;

import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.TokenGrid;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * An animated GIF of a decode: every step a frame, in which its cells appear on a hatched ground,
 * the finished sheet held for a while, then again from the start. Frames after the first hold only
 * what is new, so the file stays small.
 */
public final class OrderAnimation {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  /** Hundredths of a second, the unit of GIF. */
  private static final int WHOLE = 600;

  private static final int FASTEST = 4;
  private static final int SLOWEST = 50;
  private static final int HELD = 250;

  private final ContactSheet sheet;
  private final TokenGrid grid;
  private final Plan plan;
  private final int[][] orders;

  /**
   * The animation of a decode.
   *
   * @param sheet how the images are laid out
   * @param orders [I][N'], the cells of each image in decoding order; others were known
   */
  public OrderAnimation(ContactSheet sheet, TokenGrid grid, Plan plan, int[][] orders) {
    this.sheet = sheet;
    this.grid = grid;
    this.plan = plan;
    this.orders = Arrays.stream(orders).map(int[]::clone).toArray(int[][]::new);
  }

  /** Writes the GIF of these finished images. */
  public void write(List<BufferedImage> images, OutputStream out) throws IOException {
    BufferedImage finished = sheet.draw(images);
    int[] after = pixels(finished);
    int[] before =
        pixels(
            sheet.draw(
                IntStream.range(0, orders.length)
                    .mapToObj(i -> hatched(images.get(i), orders[i]))
                    .toList()));
    Palette palette = Palette.of(before, after);
    int width = finished.getWidth();
    Frames frames = new Frames(palette.colourModel(), width, finished.getHeight());
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      int delay = Math.clamp(WHOLE / plan.steps().size(), FASTEST, SLOWEST);
      byte[] frame = new byte[before.length];
      for (int i = 0; i < frame.length; i++) {
        frame[i] = palette.index(before[i]);
      }
      frames.write(writer, frame, delay);
      for (Plan.Step step : plan.steps()) {
        Arrays.fill(frame, (byte) Palette.TRANSPARENT);
        for (int image = 0; image < images.size(); image++) {
          for (int place = step.from(); place < step.to(); place++) {
            reveal(image, orders[image][place], images.get(image), after, palette, frame, width);
          }
        }
        frames.write(writer, frame, step.to() == plan.cells() ? HELD : delay);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  /** Copies one cell of the finished sheet into a frame. */
  private void reveal(
      int image,
      int cell,
      BufferedImage picture,
      int[] after,
      Palette palette,
      byte[] frame,
      int width) {
    int cellWidth = picture.getWidth() / grid.columns() * sheet.zoom();
    int cellHeight = picture.getHeight() / grid.rows() * sheet.zoom();
    int left = sheet.left(image) + cell % grid.columns() * cellWidth;
    int top = sheet.top(image) + cell / grid.columns() * cellHeight;
    for (int y = top; y < top + cellHeight; y++) {
      for (int x = left; x < left + cellWidth; x++) {
        frame[y * width + x] = palette.index(after[y * width + x]);
      }
    }
  }

  /** An image before its cells are decoded; those that are not were known. */
  private BufferedImage hatched(BufferedImage finished, int... decoded) {
    int[] sorted = Arrays.stream(decoded).sorted().toArray();
    int[] known =
        IntStream.range(0, grid.cells())
            .filter(cell -> Arrays.binarySearch(sorted, cell) < 0)
            .toArray();
    PictureFile.Size size = new PictureFile.Size(finished.getWidth(), finished.getHeight());
    return CellPictures.pasted(finished, CellPictures.hatched(size), grid, known);
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
  }

  /** Writes indexed pixels as frames of one animation. */
  private record Frames(IndexColorModel colours, int width, int height) {
    void write(ImageWriter writer, byte[] pixels, int delay) throws IOException {
      WritableRaster raster = colours.createCompatibleWritableRaster(width, height);
      raster.setDataElements(0, 0, width, height, pixels);
      BufferedImage image = new BufferedImage(colours, raster, false, null);
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(image), writer.getDefaultWriteParam());
      IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
      IIOMetadataNode control = child(root, "GraphicControlExtension");
      control.setAttribute("disposalMethod", "doNotDispose");
      control.setAttribute("userInputFlag", "FALSE");
      control.setAttribute("transparentColorFlag", "TRUE");
      control.setAttribute("transparentColorIndex", Integer.toString(Palette.TRANSPARENT));
      control.setAttribute("delayTime", Integer.toString(delay));
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      loop.setUserObject(new byte[] {1, 0, 0}); // again and again, without end
      child(root, "ApplicationExtensions").appendChild(loop);
      metadata.setFromTree(FORMAT, root);
      writer.writeToSequence(new IIOImage(image, null, metadata), null);
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
      for (int i = 0; i < root.getLength(); i++) {
        if (root.item(i).getNodeName().equals(name)) {
          return (IIOMetadataNode) root.item(i);
        }
      }
      IIOMetadataNode added = new IIOMetadataNode(name);
      root.appendChild(added);
      return added;
    }
  }
}
