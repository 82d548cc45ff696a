package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Shape;

/**
 * The error bounds of what transformer layers with layer norm say, in the notation of {@link
 * ErrorBounds}, which makes them.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record LayerBounds(double u, double r, double i, double tiny) {
  /** One row of ones: the scale of a norm that has none. */
  private static final Magnitude ONE = Magnitude.ofRows(new double[] {1}, 1);

  private static final Magnitude ZERO = Magnitude.ofRows(new double[] {0}, 1);

  /**
   * x/2·(1 + f) for a sigmoid function f of -1 to 1, that is to say f's absolute error e and the
   * sum's rounding of at most 2u weigh |x|/2, and two products round beside them. The derivative is
   * below 1.13.
   *
   * <p>f = erf(x/√2): the argument t has two roundings, and t·erf'(t) &lt; 0.49; erf is granted 4u.
   * So e = 5u.
   *
   * <p>f = tanh(√(2/π)(x + 0.044715x³)): the argument t has seven roundings, its terms one sign,
   * and t·tanh'(t) &lt; 0.45, so 3.2u. By exponentials, tanh t = 1 − 2/(1 + e^2t), where an error η
   * of the exponential weighs ½/cosh²(t) ≤ ½: 2u from its 4u, and 2|t|/cosh²(t)·u ≤ 0.9u from its
   * 2|2t|u; sum and quotient are 2u of at most 2, the difference u. So e = 12u.
   *
   * @param tanh by the second
   */
  public ErrorBound gelu(Magnitude x, int width, boolean tanh) {
    double each = ((tanh ? 12 : 5) + 2) / 2.0 * u + 1.13 * i;
    double[] errors = new double[x.rows()];
    for (int row = 0; row < errors.length; row++) {
      errors[row] = each * x.max(row) + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(width, 1), ErrorBounds.gamma(3, u) + r);
  }

  /**
   * {@link ImageBounds#groupNorm} of one group in an image of one pixel, with a scale of 1.
   *
   * @param values the rows of x
   */
  public ErrorBound layerNorm(double[] values, int width, double epsilon) {
    return layerNorm(values, width, ONE, ZERO, epsilon);
  }

  /**
   * {@link ImageBounds#groupNorm} of one group in an image of one pixel.
   *
   * @param values the rows of x
   * @param scale all as one row
   * @param bias all as one row
   */
  public ErrorBound layerNorm(
      double[] values, int width, Magnitude scale, Magnitude bias, double epsilon) {
    Shape pixels = Shape.of(values.length / Math.max(width, 1), 1, 1, width);
    return new ImageBounds(u, r, i, tiny).groupNorm(values, pixels, 1, scale, bias, epsilon);
  }

  /**
   * x(1 + scale) + shift: two sums and a product in either order, none of whose results is larger
   * than T = |x|(1 + |scale|) + |shift|, each written down: (γ(4) + 4r)·T, which leaves one for
   * their products. Rounded inputs weigh 2i·T at most.
   *
   * @param scale one row for each of x, or for each of its sequences
   * @param shift likewise
   */
  public ErrorBound modulate(Magnitude x, Magnitude scale, Magnitude shift, int width) {
    double each = ErrorBounds.gamma(4, u) + 4 * r + 2 * i;
    double[] errors = new double[x.rows()];
    for (int row = 0; row < errors.length; row++) {
      int by = row / (x.rows() / scale.rows());
      errors[row] = each * (x.max(row) * (1 + scale.max(by)) + shift.max(by)) + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(width, 1), 0);
  }

  /**
   * As {@link #modulate}: x + gate ⊙ branch is a product and a sum of at most |x| + |gate||branch|.
   *
   * @param gate one row for each of x, or for each of its sequences
   */
  public ErrorBound addGated(Magnitude x, Magnitude branch, Magnitude gate, int width) {
    double each = ErrorBounds.gamma(3, u) + 3 * r + 2 * i;
    double[] errors = new double[x.rows()];
    for (int row = 0; row < errors.length; row++) {
      double factor = gate.max(row / (x.rows() / gate.rows()));
      errors[row] = each * (x.max(row) + factor * branch.max(row)) + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(width, 1), 0);
  }
}
