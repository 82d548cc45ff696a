package dev.arpg4j.cli;

import dev.arpg4j.edit.HiddenPixels;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say which part of a picture is made anew. */
final class HiddenOptions {
  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description =
          "a picture of the same size: white hides, black keeps; from middle grey on a pixel is"
              + " hidden")
  private @Nullable Path mask;

  @Option(
      names = "--rect",
      paramLabel = "X,Y,W,H",
      description = "the rectangle that is hidden, in pixels from the left and the top")
  private @Nullable String rectangle;

  @Option(
      names = MarginOption.FLAG,
      paramLabel = MarginOption.LABEL,
      description = "how much is hidden along each side, in pixels")
  private @Nullable String margin;

  /**
   * What is hidden of a picture.
   *
   * @param file of the picture
   * @throws InvalidInputException if not exactly one flag says it, or it does not fit the picture
   */
  HiddenPixels of(Path file, PictureFile.Size size) {
    long given = Stream.of(mask, rectangle, margin).filter(Objects::nonNull).count();
    if (given != 1) {
      throw new InvalidInputException(
          "%s: expected one of --mask, --rect and --margin, which say what to make anew"
              .formatted(given == 0 ? "nothing is hidden" : given + " flags hide"));
    }
    if (mask != null) {
      return ofMask(mask, file, size);
    }
    return rectangle != null
        ? ofRectangle(rectangle, size)
        : MarginOption.parse(Objects.requireNonNull(margin)).hidden(size);
  }

  private static HiddenPixels ofMask(Path mask, Path file, PictureFile.Size size) {
    PictureFile.Size found = PictureFile.size(mask);
    if (!found.equals(size)) {
      throw new InvalidInputException(
          "--mask %s: %s pixels, expected the %s of %s".formatted(mask, found, size, file));
    }
    return HiddenPixels.white(PictureFile.read(mask));
  }

  private static HiddenPixels ofRectangle(String text, PictureFile.Size size) {
    List<Integer> numbers = Flag.numbers("--rect", text, "x,y,width,height", 4);
    try {
      return HiddenPixels.rectangle(
          size, numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--rect: " + e.getMessage(), e);
    }
  }

  /** The files that are read. */
  List<Path> files() {
    return mask == null ? List.of() : List.of(mask);
  }

  /** What results say. */
  Map<String, Object> describe() {
    Map<String, Object> words = new LinkedHashMap<>();
    if (mask != null) {
      words.put("mask", mask.toString());
    }
    if (rectangle != null) {
      words.put("rect", rectangle);
    }
    if (margin != null) {
      words.put("margin", margin);
    }
    return words;
  }
}
