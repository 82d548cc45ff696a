package dev.arpg4j.jmh.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * The shapes at which VAR resizes features [16, 16, 32] between its scales (VARIANTS.md 4.5), by
 * the number of images and the side of a small, a middle and a large scale: {@code VAR/64/8}.
 */
final class ScalePoint {
  private static final List<Integer> IMAGES = List.of(1, 64);
  private static final List<Integer> SIDES = List.of(2, 8, 13);
  private static final int GRID = 16;
  private static final int CHANNELS = 32;

  private ScalePoint() {}

  /** From the whole grid to each scale: what the next pass is fed. */
  static List<NamedShape> down() {
    return shapes(true);
  }

  /** From each scale to the whole grid: what its codes add. */
  static List<NamedShape> up() {
    return shapes(false);
  }

  private static List<NamedShape> shapes(boolean down) {
    List<NamedShape> shapes = new ArrayList<>();
    for (int images : IMAGES) {
      for (int side : SIDES) {
        int from = down ? GRID : side;
        int to = down ? side : GRID;
        shapes.add(
            new NamedShape(
                "VAR/" + images + "/" + side,
                Sizes.of("B", images, "h", from, "w", from, "C", CHANNELS, "p", to)));
      }
    }
    return shapes;
  }
}
