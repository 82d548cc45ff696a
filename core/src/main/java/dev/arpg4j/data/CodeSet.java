package dev.arpg4j.data;

import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.TokenGrid;
import java.util.List;
import java.util.Objects;

/**
 * Images as their tokenizer's codes, each with a class label. May be read from several threads; an
 * image's codes may depend on its index alone.
 */
public interface CodeSet {
  /** How many images there are. */
  int size();

  /** The cells of every image. */
  TokenGrid grid();

  /** V: codes are 0 .. V-1. */
  int vocabulary();

  /** The classes' names, as many as there are labels; a number where no name is known. */
  List<String> classNames();

  /** The label of image {@code index}. */
  int label(int index);

  /** The codes of image {@code index}, [N] in raster order; a copy. */
  int[] codes(int index);

  /** How many ways there are to look at every image: crops and reflections of it. */
  default int views() {
    return 1;
  }

  /** The codes of one view of image {@code index}, as {@link #codes(int)}, which is view 0. */
  default int[] codes(int index, int view) {
    Objects.checkIndex(view, views());
    return codes(index);
  }

  /** What cells are conditioned by beside their image's class (VARIANTS.md 1.10). */
  default ControlKind control() {
    return ControlKind.NONE;
  }

  /** How many numbers tell a cell's condition; 0 if cells have none. */
  default int conditionValues() {
    return 0;
  }

  /**
   * The conditions of image {@code index}, [N·C] in raster order.
   *
   * @throws dev.arpg4j.tensor.InvalidInputException if they cannot be read
   */
  default float[] conditions(int index) {
    return new float[0];
  }

  /** Whether the codes of each image lie in a file of their own: reading all takes long. */
  default boolean filePerImage() {
    return false;
  }

  /** Some of the images, in this order. */
  default CodeSet subset(int... indices) {
    return new Subset(this, indices);
  }
}
