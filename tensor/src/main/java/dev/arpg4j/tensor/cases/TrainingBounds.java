package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.GradientOps.AdamWStep;
import java.util.List;

/**
 * The error bounds of dropout, powers and the optimizer's step, in the notation of {@link
 * ErrorBounds}, which makes them.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record TrainingBounds(double u, double r, double i, double tiny) {
  /**
   * x by 1/(1 − p): the difference, its reciprocal and the product are three roundings, and p's own
   * weighs p/(1 − p). Whether an entry stays may differ where the probability, rounded, became its
   * uniform number, or both were rounded to the same.
   */
  public ErrorBound dropout(double[] x, double probability, double[] uniform) {
    double odds = probability / (1 - probability);
    double each = ErrorBounds.gamma(3 + odds, u) + r + i;
    return (index, expected, found) -> {
      double distance = Math.abs(uniform[index] - probability);
      boolean maySwitch =
          distance > 0 && distance <= u * probability
              || i > 0 && distance <= i * (uniform[index] + probability);
      double kept = Math.abs(x[index]) / (1 - probability);
      return (maySwitch ? 1 + each : each) * kept + tiny;
    };
  }

  /**
   * s^e, s = x + shift. The sum is off by (|s| + |shift|)u + i|x|, which is q of s; a power makes
   * that (1 − q)^−|e| − 1 at most. Taken as e^t, t = e·ln s, the logarithm is granted 4u of t, the
   * exponent's rounding and the product 2u, and the exponential (4 + 2|t|)u: γ(4 + 8|t|). A root, a
   * quotient or a product is closer than that.
   */
  public ErrorBound power(double[] x, double shift, double exponent) {
    return (index, expected, found) -> {
      double sum = Math.abs(x[index] + shift);
      double off = (sum + Math.abs(shift)) * u + i * Math.abs(x[index]);
      if (off > 0 && off >= sum) {
        return Double.POSITIVE_INFINITY;
      }
      double q = off == 0 ? 0 : off / sum;
      double moved = Math.expm1(-Math.abs(exponent) * Math.log1p(-q));
      double each = moved + (1 + moved) * powered(exponent * Math.log(sum)) + r;
      return each * Math.abs(expected) + tiny;
    };
  }

  /** The relative error of e^t as a power; nothing to a number that is 0 or infinite. */
  private double powered(double t) {
    return Double.isInfinite(t) || Double.isNaN(t) ? 0 : ErrorBounds.gamma(4 + 8 * Math.abs(t), u);
  }

  /**
   * The parameter and both moments after a step. Differences from 1 and the reciprocals of
   * corrections are taken before they are rounded: 1 − β in float would be off by 1000u.
   *
   * <p>m' is a sum of two products of at most five roundings and three results written down: M =
   * β₁|m| + (1 − β₁)|g| times γ(7) + γ(4) of r + γ(2) of i. s', of positive terms, has a relative
   * γ(9) + γ(6) of r + γ(3) of i. Its correction and root halve that, and are granted what {@link
   * #power} is; so is the reciprocal of root + ε. What underflowed in s' is its root at most. The
   * direction, no larger than D = M / c₁ / (root + ε), adds the errors of both factors, and w' is a
   * sum of its product with the rate and w's.
   */
  public List<ErrorBound> adamW(
      double[] value, double[] gradient, double[] first, double[] second, AdamWStep step) {
    double firstEach = ErrorBounds.gamma(7, u) + ErrorBounds.gamma(4, r) + ErrorBounds.gamma(2, i);
    double secondEach = ErrorBounds.gamma(9, u) + ErrorBounds.gamma(6, r) + ErrorBounds.gamma(3, i);
    ErrorBound ofFirst =
        (index, expected, found) ->
            firstEach * largestFirst(gradient[index], first[index], step) + tiny;
    ErrorBound ofSecond = (index, expected, found) -> secondEach * Math.abs(expected) + tiny;
    ErrorBound ofValue =
        (index, expected, found) -> {
          double m = largestFirst(gradient[index], first[index], step);
          double s = second(gradient[index], second[index], step) / step.correction2();
          double apart =
              direction(m / step.correction1(), firstEach, s, secondEach + 2 * u + r, step);
          double kept = Math.abs(value[index]) * (1 + step.rate() * step.decay());
          return kept * (ErrorBounds.gamma(4, u) + ErrorBounds.gamma(3, r) + i)
              + step.rate() * apart
              + tiny;
        };
    return List.of(ofValue, ofFirst, ofSecond);
  }

  private static double largestFirst(double gradient, double first, AdamWStep step) {
    double g = step.factor() * gradient;
    return step.beta1() * Math.abs(first) + (1 - step.beta1()) * Math.abs(g);
  }

  private static double second(double gradient, double second, AdamWStep step) {
    double g = step.factor() * gradient;
    return step.beta2() * second + (1 - step.beta2()) * g * g;
  }

  /**
   * How far m / (sqrt(s) + ε) may be off, with its product by the rate.
   *
   * @param m its largest
   * @param firstEach the relative error of that
   * @param s corrected
   * @param secondEach the relative error of that
   */
  private double direction(
      double m, double firstEach, double s, double secondEach, AdamWStep step) {
    double root = Math.sqrt(s);
    double below = root + step.epsilon();
    double rooted = secondEach / 2 + powered(Math.log(s) / 2) + u + r;
    double lost = Math.sqrt(tiny / step.correction2());
    double q = (rooted * root + lost) / below + powered(Math.log(below)) + 3 * u + r;
    if (q >= 1) {
      return Double.POSITIVE_INFINITY;
    }
    double inverse = q / (1 - q);
    double each = firstEach + inverse + ErrorBounds.gamma(8, u) + ErrorBounds.gamma(4, r);
    return (1 + inverse) * (m * each + tiny / step.correction1()) / below;
  }
}
