package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import java.util.List;

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
}
