package dev.arpg4j.data;

import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.NpzWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;

/** Files that tests learn from. */
final class DataFiles {
  private DataFiles() {}

  /** An array as NumPy saves it: an entry of an npz is such a file. */
  static Path npy(Path file, Shape shape, int... values) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path npz = file.resolveSibling(file.getFileName() + ".npz");
    NpzWriter.write(npz, arrays -> arrays.ints("a", shape, values));
    try (ZipFile zip = new ZipFile(npz.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("a.npy"))) {
      Files.write(file, in.readAllBytes());
    }
    Files.delete(npz);
    return file;
  }

  /** A PNG of one colour. */
  static Path png(Path file, int width, int height, int rgb) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, rgb);
    }
    return png(file, picture);
  }

  static Path png(Path file, BufferedImage picture) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      ContactSheet.writePng(picture, out);
    }
    return file;
  }
}
