package dev.arpg4j.judge;

/** Student's t distribution, of which intervals over few seeds need one number. */
final class StudentT {
  /** The 97.5 % quantile for 1, 2, .. degrees of freedom. */
  private static final double[] QUANTILES = {
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281
  };

  private StudentT() {}

  /**
   * The 97.5 % quantile, right to 2e-4: tabulated, and beyond the table by the expansion about the
   * normal quantile (Abramowitz and Stegun 26.7.5), whose next term is below that there.
   *
   * @param freedom degrees of freedom, 1 or more
   */
  static double quantile(int freedom) {
    if (freedom <= QUANTILES.length) {
      return QUANTILES[freedom - 1];
    }
    double z = Estimate.NORMAL_QUANTILE;
    double z2 = z * z;
    double first = z * (z2 + 1) / 4;
    double second = z * (5 * z2 * z2 + 16 * z2 + 3) / 96;
    double third = z * (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / 384;
    return z + (first + (second + third / freedom) / freedom) / freedom;
  }
}
