package dev.arpg4j.judge;

/**
 * A number and the interval that holds the true one with a confidence of 95 %.
 *
 * @param low the interval's lower end
 * @param high its upper end
 */
public record Estimate(double value, double low, double high) {
  /** The 97.5 % quantile of the normal distribution. */
  static final double NORMAL_QUANTILE = 1.959963984540054;

  public Estimate {
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException("%s outside of %s .. %s".formatted(value, low, high));
    }
  }

  /**
   * The interval of a quantity that is never below 0 and nearly normal.
   *
   * @param error the standard error
   * @param quantile how many of them, 97.5 % of the distribution being below
   */
  static Estimate nonNegative(double value, double error, double quantile) {
    return new Estimate(value, Math.max(0, value - quantile * error), value + quantile * error);
  }

  /**
   * The mean of independent numbers, by Student's t.
   *
   * @param values 1 or more; of one alone the interval is empty
   */
  public static Estimate mean(double... values) {
    Spread spread = Spread.of(values);
    double reach =
        values.length == 1
            ? 0
            : StudentT.quantile(values.length - 1) * spread.deviation() / Math.sqrt(values.length);
    return new Estimate(spread.mean(), spread.mean() - reach, spread.mean() + reach);
  }

  /**
   * A share, with Wilson's score interval (Wilson, JASA 1927): unlike resampling, it knows that 20
   * of 20 may be less than all.
   *
   * @param of 1 or more
   */
  public static Estimate share(int hits, int of) {
    double z = NORMAL_QUANTILE;
    double share = (double) hits / of;
    double centre = share + z * z / (2 * of);
    double spread = z * Math.sqrt(share * (1 - share) / of + z * z / (4.0 * of * of));
    double whole = 1 + z * z / of;
    // At 0 and at all, rounding may leave the share just outside.
    return new Estimate(
        share,
        Math.clamp((centre - spread) / whole, 0, share),
        Math.clamp((centre + spread) / whole, share, 1));
  }
}
