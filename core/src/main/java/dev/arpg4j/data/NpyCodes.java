package dev.arpg4j.data;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.NpyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Codes that were extracted beforehand into {@code .npy} files, as LlamaGen's training reads them
 * (its {@code extract_codes_c2i.py}): a folder of {@code 0.npy}, {@code 1.npy} .. with the codes of
 * an image each, {@code [1, k, N]} for k crops and reflections of it, and a folder of the same
 * names with labels {@code [1]}; or two files, {@code [n, N]} or {@code [n, k, N]} and {@code [n]}.
 * Labels are read when it is opened, codes when they are asked for, so a set may be larger than
 * memory.
 */
final class NpyCodes extends DescribedSet {
  private final int views;
  private final Source source;

  private NpyCodes(Description description, int views, int[] labels, Source source) {
    super(description, labels);
    this.views = views;
    this.source = source;
  }

  /** Where the codes of each image lie. */
  private interface Source {
    /** The codes of a view of an image, [N], as they stand there. */
    int[] read(int index, int view);

    /** What to call an image in refusals. */
    String name(int index);
  }

  /** All images in one file, [n, .., N]. */
  private record Whole(NpyFile file, int views) implements Source {
    @Override
    public int[] read(int index, int view) {
      int cells = file.shape().dim(-1);
      return file.read(((long) index * views + view) * cells, cells);
    }

    @Override
    public String name(int index) {
      return file.path() + " image " + index;
    }
  }

  /** A file for each image, all of the shape of the first. */
  private record Each(List<Path> files, Shape shape) implements Source {
    @Override
    public int[] read(int index, int view) {
      NpyFile file = NpyFile.open(files.get(index));
      if (!file.shape().equals(shape)) {
        throw file.refused(
            "has shape %s; expected %s as %s has".formatted(file.shape(), shape, files.getFirst()));
      }
      return file.read((long) view * shape.dim(-1), shape.dim(-1));
    }

    @Override
    public String name(int index) {
      return files.get(index).toString();
    }
  }

  /**
   * Opens two files, and looks at all codes.
   *
   * @throws InvalidInputException in one line, if they cannot be used or do not belong together
   */
  static NpyCodes arrays(Path codesFile, Path labelsFile, Asked asked) {
    NpyFile codes = NpyFile.open(codesFile);
    NpyFile labels = NpyFile.open(labelsFile);
    Shape shape = codes.shape();
    if (shape.rank() < 2 || shape.size() == 0) {
      throw codes.refused(
          "has shape " + shape + "; expected [images, cells] or [images, views, cells]");
    }
    int images = shape.dim(0);
    if (labels.shape().size() != images) {
      throw labels.refused(
          "has shape %s; expected a label for each of the %d images of %s"
              .formatted(labels.shape(), images, codesFile));
    }
    int[] read = labels.read();
    Description description = asked.description(codesFile.toString(), shape.dim(-1), read);
    for (int i = 0; i < images; i++) {
      description.requireLabel(read[i], labelsFile + " image " + i);
    }
    int views = Math.toIntExact(shape.size() / images / shape.dim(-1));
    NpyCodes set = new NpyCodes(description, views, read, new Whole(codes, views));
    for (int i = 0; i < images; i++) {
      for (int view = 0; view < views; view++) {
        set.codes(i, view);
      }
    }
    return set;
  }

  /**
   * Opens two folders. Codes are looked at when they are asked for.
   *
   * @throws InvalidInputException in one line, if they cannot be used or do not belong together
   */
  static NpyCodes folders(Path codesFolder, Path labelsFolder, Asked asked) {
    List<Path> files = numbered(codesFolder);
    int[] labels = new int[files.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label(labelsFolder.resolve(files.get(i).getFileName()), files.get(i));
    }
    int found = numbered(labelsFolder).size();
    if (found != labels.length) {
      throw new InvalidInputException(
          "%s: has %d labels, expected one for each of the %d images of %s"
              .formatted(labelsFolder, found, labels.length, codesFolder));
    }
    NpyFile first = NpyFile.open(files.getFirst());
    Shape shape = first.shape();
    if (shape.rank() == 0 || shape.size() == 0) {
      throw first.refused("has shape " + shape + "; expected [cells] or [1, views, cells]");
    }
    Description description = asked.description(files.getFirst().toString(), shape.dim(-1), labels);
    for (int i = 0; i < labels.length; i++) {
      description.requireLabel(
          labels[i], labelsFolder.resolve(files.get(i).getFileName()).toString());
    }
    int views = Math.toIntExact(shape.size() / shape.dim(-1));
    return new NpyCodes(description, views, labels, new Each(files, shape));
  }

  private static int label(Path file, Path codes) {
    if (!Files.exists(file)) {
      throw new InvalidInputException(
          "%s: no such file; expected the label of %s".formatted(file, codes));
    }
    NpyFile label = NpyFile.open(file);
    if (label.shape().size() != 1) {
      throw label.refused("has shape " + label.shape() + "; expected one label, [1]");
    }
    return label.read()[0];
  }

  /** The files NUMBER.npy of a folder, by number. */
  private static List<Path> numbered(Path folder) {
    List<Path> files =
        new ArrayList<>(
            ImageFolder.listed(folder, path -> fileName(path).matches("\\d{1,9}\\.npy")));
    if (files.isEmpty()) {
      throw new InvalidInputException(
          folder + ": has no files 0.npy, 1.npy ..; expected 1 or more");
    }
    files.sort(
        Comparator.comparingInt(
            path -> Integer.parseInt(fileName(path).substring(0, fileName(path).indexOf('.')))));
    return List.copyOf(files);
  }

  private static String fileName(Path path) {
    return path.getFileName().toString();
  }

  @Override
  public int[] codes(int index) {
    return codes(index, 0);
  }

  @Override
  public int views() {
    return views;
  }

  @Override
  public boolean filePerImage() {
    return source instanceof Each;
  }

  @Override
  public int[] codes(int index, int view) {
    Objects.checkIndex(view, views);
    int[] read = source.read(index, view);
    description().requireCodes(read, 0, source.name(index));
    return read;
  }
}
