package dev.arpg4j.cpu.oracle;

import java.util.Arrays;

/** Which cells stay masked, and the noise that helps to decide it (VARIANTS.md 4.3). */
final class OracleMasking {
  /** What 0 is raised to, so that its noise is finite. */
  private static final double LEAST_UNIFORM = 0x1p-25;

  private OracleMasking() {}

  /** y = -ln(-ln u). */
  static double[] gumbel(double[] uniform) {
    double[] y = new double[uniform.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = -Math.log(-Math.log(uniform[i] == 0 ? LEAST_UNIFORM : uniform[i]));
    }
    return y;
  }

  /** y = key > limit ? above : otherwise. */
  static int[] select(double[] key, double limit, int[] above, int[] otherwise) {
    int[] y = new int[key.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = key[i] > limit ? above[i] : otherwise[i];
    }
    return y;
  }

  /**
   * Masked places whose confidence is below the row's cut stay masked, others take what was
   * sampled.
   *
   * @param ids [I, N]
   * @param sampled [I, N]
   * @param confidence [I, N]
   * @param remasked [I]
   */
  static int[] remask(int[] ids, int[] sampled, double[] confidence, int[] remasked, int maskId) {
    int[] y = ids.clone();
    int width = remasked.length == 0 ? 0 : ids.length / remasked.length;
    for (int row = 0; row < remasked.length; row++) {
      double[] open = new double[width];
      int masked = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        if (ids[i] == maskId) {
          open[masked++] = confidence[i];
        }
      }
      double cut = cut(Arrays.copyOf(open, masked), remasked[row]);
      for (int i = row * width; i < (row + 1) * width; i++) {
        if (ids[i] == maskId && !(confidence[i] < cut)) {
          y[i] = sampled[i];
        }
      }
    }
    return y;
  }

  /**
   * Entry r = max(1, min(masked - 1, remasked)) in ascending order, or 0 if none is to be
   * re-masked; known places are infinite.
   */
  private static double cut(double[] masked, int remasked) {
    Arrays.sort(masked);
    int r = remasked < 1 ? 0 : Math.max(1, Math.min(masked.length - 1, remasked));
    return r < masked.length ? masked[r] : Double.POSITIVE_INFINITY;
  }
}
