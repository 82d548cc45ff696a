package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Images decoded together.
 *
 * @param firstImage the place of the first in the whole request: what makes an image the same
 *     whatever its batch or shard
 * @param classes [I], class labels, or {@link Network#NO_CLASS}
 * @param known cells given beforehand
 * @param conditions of the cells
 */
public record DecodeBatch(int firstImage, int[] classes, KnownCells known, Conditions conditions) {
  public DecodeBatch {
    if (firstImage < 0 || firstImage > Integer.MAX_VALUE - classes.length) {
      throw new InvalidInputException("first image " + firstImage + ": expected 0 or more");
    }
    if (classes.length == 0) {
      throw new InvalidInputException("no classes: expected one for each image");
    }
    if (known.tokens().length != classes.length) {
      throw new InvalidInputException(
          "known tokens of %d images for %d classes"
              .formatted(known.tokens().length, classes.length));
    }
    if (conditions.images() != classes.length) {
      throw new InvalidInputException(
          "conditions of %d images for %d classes".formatted(conditions.images(), classes.length));
    }
  }

  /** Images whose cells have no conditions. */
  public DecodeBatch(int firstImage, int[] classes, KnownCells known) {
    this(firstImage, classes, known, Conditions.none(classes.length));
  }

  /** Plain generation. */
  public static DecodeBatch of(int firstImage, int... classes) {
    return new DecodeBatch(firstImage, classes, KnownCells.none(classes.length));
  }

  /** The same images, whose cells have these conditions. */
  public DecodeBatch under(Conditions newConditions) {
    return new DecodeBatch(firstImage, classes, known, newConditions);
  }

  /** I. */
  public int images() {
    return classes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DecodeBatch that
        && firstImage == that.firstImage
        && Arrays.equals(classes, that.classes)
        && known.equals(that.known)
        && conditions.equals(that.conditions);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * firstImage + Arrays.hashCode(classes)) + known.hashCode())
        + conditions.hashCode();
  }

  @Override
  public String toString() {
    return "images %d.., classes %s, %s%s"
        .formatted(
            firstImage, Arrays.toString(classes), known, conditions.any() ? ", " + conditions : "");
  }
}
