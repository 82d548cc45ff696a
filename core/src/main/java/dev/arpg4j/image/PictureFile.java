package dev.arpg4j.image;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tokenizer.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads pictures (PNG, JPEG and what else this JDK knows), or says in one line why not. */
public final class PictureFile {
  private PictureFile() {}

  /** How many pixels a picture has from left to right and from top to bottom. */
  public record Size(int width, int height) {
    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /**
   * The size of a picture, by its header alone.
   *
   * @throws InvalidInputException if it is none
   */
  public static Size size(Path file) {
    return read(file, reader -> new Size(reader.getWidth(0), reader.getHeight(0)));
  }

  /**
   * The size that all of these have, by their headers alone.
   *
   * @throws InvalidInputException if one is no picture, or they are of several sizes
   */
  public static Size commonSize(List<Path> files) {
    Path first = files.getFirst();
    Size size = size(first);
    for (Path file : files) {
      Size found = size(file);
      if (!found.equals(size)) {
        throw new InvalidInputException(
            "%s: %s pixels, expected %s as %s has: pictures that go together are of one size"
                .formatted(file, found, size, first));
      }
    }
    return size;
  }

  /**
   * The first picture in a file, as 24-bit colours; grey is as it is stored, and transparency is
   * left out ({@link Pixels#of}).
   *
   * @throws InvalidInputException if it is none
   */
  public static BufferedImage read(Path file) {
    return read(file, reader -> Pixels.of(reader.read(0)).toPicture());
  }

  private interface Question<T> {
    T of(ImageReader reader) throws IOException;
  }

  private static <T> T read(Path file, Question<T> question) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "%s: %s; expected a picture (PNG or JPEG)"
              .formatted(file, Files.exists(file) ? "is no regular file" : "no such file"));
    }
    // Through a stream, since java.io cannot name every file that java.nio can.
    try (InputStream bytes = Files.newInputStream(file);
        ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new InvalidInputException(file + ": is no picture; expected PNG or JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return question.of(reader);
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // What a damaged picture makes the JDK's readers say.
      throw new InvalidInputException(
          "%s: is a picture that cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
