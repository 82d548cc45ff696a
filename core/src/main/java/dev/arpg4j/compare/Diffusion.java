package dev.arpg4j.compare;

import java.util.List;

/**
 * A diffusion transformer by its sizes alone, as a row of costs (DiT, Peebles and Xie, 2023;
 * VARIANTS.md 4.8): nothing of it is built or decoded here, and it has no tokens.
 *
 * @param layers of adaLN-zero blocks
 * @param dim D
 */
public record Diffusion(String name, int layers, int dim) {
  /** The published sizes at 256x256. */
  static final List<Diffusion> PUBLISHED =
      List.of(
          new Diffusion("DiT-B/2", 12, 768),
          new Diffusion("DiT-L/2", 24, 1024),
          new Diffusion("DiT-XL/2", 28, 1152));

  /** Latents of 32x32x4 in patches of 2x2. */
  private static final int ROWS = 256;

  private static final int PATCH = 2 * 2 * 4;
  private static final int CLASSES = 1_000;
  private static final int FREQUENCIES = 256;
  private static final int STEPS = 250;

  /** The size nearest to a number of parameters. */
  static Diffusion nearest(long parameters) {
    return Lineup.nearest(PUBLISHED, parameters, Diffusion::parameters);
  }

  /**
   * Patches in, class, time and place embedded; 18D² + 15D a block, of which 6D² + 6D make the
   * modulation; noise and variance out.
   */
  long parameters() {
    long d = dim;
    long embedded =
        (PATCH + 1) * d + (CLASSES + 1) * d + (FREQUENCIES + 1) * d + (d + 1) * d + ROWS * d;
    long block = 18 * d * d + 15 * d;
    long last = 2 * d * d + 2 * d + (d + 1) * 2 * PATCH;
    return embedded + layers * block + last;
  }

  /**
   * Every step feeds all rows through all layers, each row attending to all; what depends on class
   * and time alone is done once a step. Nothing can be cached.
   */
  public ImageCost cost() {
    long d = dim;
    long row = layers * (24 * d * d + 4 * d * ROWS) + 2 * PATCH * d + 4 * PATCH * d;
    long step = ROWS * row + layers * 12 * d * d + 4 * d * d + 2 * FREQUENCIES * d + 2 * d * d;
    return new ImageCost(parameters(), STEPS, 0, (long) STEPS * ROWS, STEPS * step, 0);
  }
}
