package dev.arpg4j.cli;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.tensor.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;

/** Pictures to edit, as files. */
final class EditFiles {
  private EditFiles() {}

  /** A drawn figure of 64x64 pixels. */
  static BufferedImage figure() {
    return new ProceduralImages(5, 1).picture(0);
  }

  static Path write(Path file, BufferedImage picture) {
    AtomicFile.write(file, out -> ContactSheet.writePng(picture, out));
    return file;
  }

  /** Pixels of one colour. */
  static BufferedImage plain(int width, int height, int rgb) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    fill(picture, 0, 0, width, height, rgb);
    return picture;
  }

  /** Paints a rectangle in one colour. */
  static void fill(BufferedImage picture, int left, int top, int width, int height, int rgb) {
    int[] colours = new int[width * height];
    Arrays.fill(colours, rgb);
    picture.setRGB(left, top, width, height, colours, 0, width);
  }
}
