package dev.arpg4j.tensor.cases;

import java.util.Arrays;

/**
 * The error bounds of what decides which cells stay masked, in the notation of {@link ErrorBounds},
 * which makes them.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 */
public record MaskingBounds(double u, double r, double i) {
  /** What 0 is raised to before its logarithm is taken. */
  private static final double LEAST_UNIFORM = 0x1p-25;

  /**
   * Each logarithm is granted 4u of its value. That of the inner one moves the outer one by as
   * much, absolutely: γ(5)·(1 + |y|), which leaves one for their product. A rounded input moves the
   * result to that of a number in (1 ± i)·uniform, infinitely far if 1 is among them.
   */
  public ErrorBound gumbel(double[] uniform) {
    double logarithms = ErrorBounds.gamma(5, u);
    return (index, expected, found) -> {
      double at = noise(uniform[index]);
      double below = Math.abs(at - noise(uniform[index] * (1 - i)));
      double above = Math.abs(noise(Math.min(uniform[index] * (1 + i), 1)) - at);
      double moved = Math.max(below, above);
      return moved + logarithms * (1 + Math.abs(expected) + moved) + r * Math.abs(expected);
    };
  }

  private static double noise(double uniform) {
    return -Math.log(-Math.log(Math.max(uniform, LEAST_UNIFORM)));
  }

  /** No difference, but where rounding a key or the limit may have made them equal. */
  public ErrorBound select(double[] key, double limit, int[] above, int[] otherwise) {
    return (index, expected, found) ->
        mayBecomeEqual(key[index], limit) ? Math.abs((double) above[index] - otherwise[index]) : 0;
  }

  /**
   * The operands of remask on the host.
   *
   * @param ids [I, N]
   * @param sampled [I, N]
   * @param confidence [I, N]
   * @param remasked [I]
   */
  public record Masked(int[] ids, int[] sampled, double[] confidence, int[] remasked, int maskId) {
    /** What confidence a place of image {@code image} must have to be known from now on. */
    private double cut(int image) {
      int n = ids.length / remasked.length;
      double[] ascending = new double[n];
      int masked = 0;
      for (int at = image * n; at < (image + 1) * n; at++) {
        boolean open = ids[at] == maskId;
        ascending[at - image * n] = open ? confidence[at] : Double.POSITIVE_INFINITY;
        masked += open ? 1 : 0;
      }
      Arrays.sort(ascending);
      int place = remasked[image] < 1 ? 0 : Math.max(1, Math.min(masked - 1, remasked[image]));
      return place < n ? ascending[place] : Double.POSITIVE_INFINITY;
    }
  }

  /**
   * Rounding keeps the order of confidences, so it leaves the cut where it was; a place's fate may
   * change only if it becomes equal to the cut.
   */
  public ErrorBound remask(Masked at) {
    double[] cuts = new double[at.remasked.length];
    for (int image = 0; image < cuts.length; image++) {
      cuts[image] = at.cut(image);
    }
    return (index, expected, found) -> {
      double cut = cuts[index / (at.ids.length / cuts.length)];
      boolean open = at.ids[index] == at.maskId && Double.isFinite(cut);
      return open && mayBecomeEqual(at.confidence[index], cut)
          ? Math.abs((double) at.maskId - at.sampled[index])
          : 0;
    };
  }

  private boolean mayBecomeEqual(double one, double other) {
    return i > 0 && Math.abs(one - other) <= i * (Math.abs(one) + Math.abs(other));
  }
}
