package dev.arpg4j.data;

import dev.arpg4j.image.PictureFile;
import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures of one size, each with a class label. May be read from several threads. */
public interface ImageSet {
  /** How many pictures there are. */
  int size();

  /** The size of every picture. */
  PictureFile.Size pictureSize();

  /** The classes' names, by label. */
  List<String> classNames();

  /** The label of picture {@code index}. */
  int label(int index);

  /**
   * Picture {@code index}.
   *
   * @throws dev.arpg4j.tensor.InvalidInputException if it cannot be read
   */
  BufferedImage picture(int index);
}
