package dev.arpg4j.data;

import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder with a subfolder of PNG or JPEG pictures for each class: the sorted names of the
 * subfolders are the classes, and pictures come class by class, sorted by name. Every file of a
 * class is a picture; names that begin with a dot are passed over. Sizes are compared by the
 * pictures' headers when the folder is opened.
 */
public final class ImageFolder implements ImageSet {
  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");

  private record Entry(Path file, int label) {}

  private final List<String> classNames;
  private final List<Entry> entries;
  private final PictureFile.Size size;

  private ImageFolder(List<String> classNames, List<Entry> entries, PictureFile.Size size) {
    this.classNames = classNames;
    this.entries = entries;
    this.size = size;
  }

  /**
   * Lists a folder.
   *
   * @throws InvalidInputException in one line, if it has no subfolders, one of them is empty, a
   *     file is no picture, or pictures are of several sizes
   */
  public static ImageFolder open(Path folder) {
    List<Path> classes = listed(folder, Files::isDirectory);
    if (classes.isEmpty()) {
      throw new InvalidInputException(
          folder + ": has no subfolders; expected one of pictures for each class");
    }
    List<String> names = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (Path each : classes) {
      List<Path> files = listed(each, path -> true);
      if (files.isEmpty()) {
        throw new InvalidInputException(
            each + ": has no pictures; expected 1 or more (PNG or JPEG) of its class");
      }
      for (Path file : files) {
        entries.add(new Entry(requirePicture(file), names.size()));
      }
      names.add(each.getFileName().toString());
    }
    PictureFile.Size size = PictureFile.commonSize(entries.stream().map(Entry::file).toList());
    return new ImageFolder(List.copyOf(names), List.copyOf(entries), size);
  }

  /** What a folder holds, sorted by name. */
  static List<Path> listed(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: is no folder that can be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static Path requirePicture(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "%s: is no file; expected nothing but pictures in the folder of a class".formatted(file));
    }
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (ENDINGS.stream().noneMatch(name::endsWith)) {
      throw new InvalidInputException(
          "%s: is named as no picture; expected %s".formatted(file, String.join(", ", ENDINGS)));
    }
    return file;
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public PictureFile.Size pictureSize() {
    return size;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int label(int index) {
    return entries.get(index).label();
  }

  /** The file of picture {@code index}. */
  public Path file(int index) {
    return entries.get(index).file();
  }

  @Override
  public BufferedImage picture(int index) {
    BufferedImage picture = PictureFile.read(file(index));
    if (picture.getWidth() != size.width() || picture.getHeight() != size.height()) {
      throw new InvalidInputException(
          "%s: %dx%d pixels, expected the %s that it was listed with"
              .formatted(file(index), picture.getWidth(), picture.getHeight(), size));
    }
    return picture;
  }
}
