package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Sampling;
import java.util.Arrays;

/**
 * The error bounds of what turns logits into ids, in the notation of {@link ErrorBounds}, which
 * makes them.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record DecodingBounds(double u, double r, double i, double tiny) {
  /**
   * {@code l_null + Σ w_i (l_i - l_{i+1})} is a sum of products of entries no larger than L, the
   * largest of the row in any branch: (γ(branches + 3) + 3i)·L·(1 + 2Σ|w|), with every intermediate
   * result written down.
   *
   * @param logits the rows of all branches, [branches, I·n]
   * @param weights all as one row
   */
  public ErrorBound guidance(Magnitude logits, Magnitude weights, int branches, int width) {
    double[] errors = guided(logits, weights, branches);
    return ErrorBound.perRow(errors, Math.max(width, 1), 0);
  }

  /**
   * How far the guided logits of each row may part.
   *
   * @return [I·n]
   */
  public double[] guided(Magnitude logits, Magnitude weights, int branches) {
    Magnitude row = logits.largestOver(1, branches, logits.rows() / branches);
    double each = ErrorBounds.gamma(branches + 3.0, u) + (branches + 2) * r + 3 * i;
    double sizes = 1 + 2 * weights.sum(0);
    double[] errors = new double[row.rows()];
    for (int at = 0; at < errors.length; at++) {
      errors[at] = each * sizes * row.max(at) + tiny;
    }
    return errors;
  }

  /** Philox numbers are multiples of 2^-24 and the same in every type but bfloat16. */
  public ErrorBound uniform() {
    return ErrorBound.of(0, r);
  }

  /**
   * Two ids may differ only if rounding explains it: see {@link DrawMargin}.
   *
   * @param logits [rows, width]
   * @param uniform [rows]
   */
  public ErrorBound sample(double[] logits, double[] uniform, int width, Sampling sampling) {
    return sampleGuided(logits, new double[uniform.length], uniform, width, sampling);
  }

  /**
   * As {@link #sample}, from logits that are off themselves.
   *
   * @param logits guided, [rows, width]
   * @param errors [rows], of {@link #guided}
   * @param uniform [rows]
   */
  public ErrorBound sampleGuided(
      double[] logits, double[] errors, double[] uniform, int width, Sampling sampling) {
    DrawMargin margin = draw(sampling);
    return (index, expected, found) -> {
      double[] row = Arrays.copyOfRange(logits, index * width, (index + 1) * width);
      DrawMargin ofRow = margin.ofLogitsWithin(errors[index]);
      return ofRow.explains(row, uniform[index], (int) found)
              && ofRow.explains(row, uniform[index], (int) expected)
          ? Double.POSITIVE_INFINITY
          : 0;
    };
  }

  /** How far a draw is from an id that it did not give. */
  public DrawMargin draw(Sampling sampling) {
    return new DrawMargin(sampling, u, i + r);
  }
}
