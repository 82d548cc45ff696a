package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The scales of a VAR image (VARIANTS.md 4.5): square grids that grow from one cell, whose places
 * follow each other scale by scale, in raster order inside each.
 *
 * @param sides p_k of each scale
 */
public record ScalePyramid(List<Integer> sides) {
  /** That of 256x256 images: 680 places. */
  public static final ScalePyramid PUBLISHED =
      new ScalePyramid(List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16));

  public ScalePyramid {
    sides = List.copyOf(sides);
    if (!grow(sides)) {
      throw new InvalidInputException(
          "patch_nums %s: expected sides that grow from 1 to at most 1024".formatted(text(sides)));
    }
  }

  private static boolean grow(List<Integer> sides) {
    return !sides.isEmpty()
        && sides.getFirst() == 1
        && sides.getLast() <= 1024
        && IntStream.range(1, sides.size()).allMatch(k -> sides.get(k) > sides.get(k - 1));
  }

  /** Reads the sides of a file. */
  static ScalePyramid of(Metadata metadata) {
    return new ScalePyramid(Arrays.stream(metadata.integers("patch_nums")).boxed().toList());
  }

  /** K. */
  public int scales() {
    return sides.size();
  }

  /** p_k. */
  public int side(int scale) {
    return sides.get(scale);
  }

  /** P, the side of the last. */
  public int lastSide() {
    return sides.getLast();
  }

  /** The places of each scale. */
  public int[] sizes() {
    return sides.stream().mapToInt(side -> side * side).toArray();
  }

  /** The first place of a scale; of the scale behind the last, the number of places. */
  public int from(int scale) {
    return Arrays.stream(sizes(), 0, scale).sum();
  }

  /** The number of places, Σp². */
  public int places() {
    return from(scales());
  }

  /** The scale that a place belongs to. */
  public int scaleOf(int place) {
    int scale = 0;
    while (from(scale + 1) <= place) {
      scale++;
    }
    return scale;
  }

  /**
   * Which of some shared refinements each scale takes: that whose tick is the nearest to the
   * scale's share of the way, the first of equals. In doubles, as published, whose last bits
   * decide.
   *
   * @param refinements how many there are, 2 or more
   */
  public int[] refinements(int refinements) {
    double[] ticks = ticks(refinements);
    int[] nearest = new int[scales()];
    for (int k = 0; k < nearest.length; k++) {
      double share = share(k);
      for (int i = 1; i < ticks.length; i++) {
        if (Math.abs(ticks[i] - share) < Math.abs(ticks[nearest[k]] - share)) {
          nearest[k] = i;
        }
      }
    }
    return nearest;
  }

  private static double[] ticks(int count) {
    double low = count == 4 ? 1 / 3.0 / count : 1 / 2.0 / count;
    double high = 1 - low;
    double step = (high - low) / (count - 1);
    double[] ticks = new double[count];
    Arrays.setAll(ticks, i -> low + i * step);
    ticks[count - 1] = high;
    return ticks;
  }

  /** How far along the scales one is: k / (K-1), and 0 where there is one scale. */
  public double share(int scale) {
    return scales() == 1 ? 0 : (double) scale / (scales() - 1);
  }

  /** The sides with commas between, as files have them. */
  @Override
  public String toString() {
    return text(sides);
  }

  private static String text(List<Integer> sides) {
    return sides.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
