package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that decide which images are made. */
final class ImageOptions {
  private static final int CLASSES_BY_DEFAULT = 10;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      arity = "1..*",
      split = ",",
      description = "classes by name or number, used in turn (default: see above)")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "images in all (default: one for each class)")
  private @Nullable Integer count;

  @Option(
      names = "--first-image",
      paramLabel = "K",
      description =
          "place of the first image in the whole request: --first-image 5 --count 5 makes the"
              + " second half of --count 10 (default: ${DEFAULT-VALUE})")
  private int firstImage = 0;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images decoded together; changes no image (default: as memory allows)")
  private @Nullable Integer batch;

  /**
   * The images of a request.
   *
   * @param cycle the classes given; image k of the whole request is of class k modulo their number
   * @param batch 0 for as many together as memory allows
   */
  record Chosen(int firstImage, int count, List<Integer> cycle, int batch) {
    /** Class labels of images {@code from .. to-1} of this run. */
    int[] labels(int from, int to) {
      return IntStream.range(firstImage + from, firstImage + to)
          .map(image -> cycle.get(image % cycle.size()))
          .toArray();
    }
  }

  /** Whether classes are named. */
  boolean classesGiven() {
    return !classes.isEmpty();
  }

  /** The first classes of a model, as many as fit on a sheet. */
  static List<Integer> first(LocalModel model) {
    return all(model)
        .subList(0, Math.min(CLASSES_BY_DEFAULT, model.checkpoint().architecture().classes()));
  }

  /** All classes of a model. */
  static List<Integer> all(LocalModel model) {
    return IntStream.range(0, model.checkpoint().architecture().classes()).boxed().toList();
  }

  /**
   * The images for a model.
   *
   * @param usual the classes where none is given
   * @throws InvalidInputException if a class is unknown or a number out of its range
   */
  Chosen choose(LocalModel model, List<Integer> usual) {
    List<Integer> labels = new ArrayList<>();
    for (String name : classes) {
      labels.add(model.label("--class", name.strip()));
    }
    if (labels.isEmpty()) {
      labels.addAll(usual);
    }
    int images = Flag.positive("--count", count == null ? labels.size() : count);
    if (firstImage < 0 || firstImage > Integer.MAX_VALUE - images) {
      throw new InvalidInputException(
          "--first-image %d: expected 0 .. %d".formatted(firstImage, Integer.MAX_VALUE - images));
    }
    int together = batch == null ? 0 : Flag.positive("--batch", batch);
    return new Chosen(firstImage, images, List.copyOf(labels), together);
  }
}
