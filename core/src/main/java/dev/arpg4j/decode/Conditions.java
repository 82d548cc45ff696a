package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the images of a batch are conditioned by beside their classes (VARIANTS.md 1.10).
 *
 * @param values [I][N·C], C numbers a cell in raster order, a whole number where they are tokens;
 *     nothing of an image whose queries are [MASK]'s
 */
public record Conditions(float[][] values) {
  /** Of images without any. */
  public static Conditions none(int images) {
    return new Conditions(new float[images][0]);
  }

  /** The same for so many images. */
  public static Conditions same(float[] values, int images) {
    float[][] all = new float[images][];
    Arrays.fill(all, values);
    return new Conditions(all);
  }

  /** Whether an image has any. */
  public boolean any() {
    return Arrays.stream(values).anyMatch(image -> image.length > 0);
  }

  /** I. */
  public int images() {
    return values.length;
  }

  /** Those of the images {@code from .. to-1}. */
  public Conditions slice(int from, int to) {
    return new Conditions(Arrays.copyOfRange(values, from, to));
  }

  /** Refuses conditions of another size. */
  void check(int size) {
    for (float[] image : values) {
      if (image.length != 0 && image.length != size) {
        throw new InvalidInputException(
            "conditions of %d values: expected %d, or none".formatted(image.length, size));
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Conditions that && Arrays.deepEquals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  @Override
  public String toString() {
    return "conditions of %d images".formatted(values.length);
  }
}
