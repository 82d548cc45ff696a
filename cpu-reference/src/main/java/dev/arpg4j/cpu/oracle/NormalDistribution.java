package dev.arpg4j.cpu.oracle;

/**
 * The standard normal distribution function Φ, to about 1e-15 absolutely and 1e-13 of Φ itself down
 * to where it underflows. Formulas by Abramowitz and Stegun, Handbook of Mathematical Functions,
 * 1964. The error function is {@code erf(x) = 2Φ(x√2) − 1}.
 */
final class NormalDistribution {
  private static final double DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

  /** From here the continued fraction needs fewer terms than the series. */
  private static final double TAIL = 2;

  /** Below, e^(-x²/2) is 0 in float64. */
  private static final double LOWEST = -39;

  private NormalDistribution() {}

  /** Φ(x): the probability of a number below x. */
  static double cdf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    double size = Math.abs(x);
    if (size < TAIL) {
      return 0.5 + Math.copySign(fromCentre(size), x);
    }
    double beyond = x < LOWEST || x > -LOWEST ? 0 : tail(size);
    return x < 0 ? beyond : 1 - beyond;
  }

  private static double density(double x) {
    return DENSITY_AT_ZERO * Math.exp(-x * x / 2);
  }

  /** Φ(x) − ½ = φ(x) Σ x^(2n+1) / (1·3·5···(2n+1)), all terms positive (26.2.11). */
  private static double fromCentre(double x) {
    double sum = 0;
    double term = x;
    for (int odd = 3; sum + term != sum; odd += 2) {
      sum += term;
      term *= x * x / odd;
    }
    return density(x) * sum;
  }

  /**
   * 1 − Φ(x) = φ(x) · 1/(x + 1/(x + 2/(x + 3/(x + ...)))), from its last term up (26.2.14).
   *
   * <p>What 8 + 480/x² terms leave is below a rounding of it for all x from 2 on.
   */
  private static double tail(double x) {
    double denominator = x;
    for (int n = (int) Math.ceil(8 + 480 / (x * x)); n > 0; n--) {
      denominator = x + n / denominator;
    }
    return density(x) / denominator;
  }
}
