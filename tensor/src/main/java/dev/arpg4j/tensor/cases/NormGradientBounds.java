package dev.arpg4j.tensor.cases;

import java.util.List;

/**
 * The error bounds of the gradients of norms, in the notation of {@link ErrorBounds}, which makes
 * them.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record NormGradientBounds(double u, double r, double i, double tiny) {
  /**
   * With R = 1/sqrt(mean(x²) + ε), t = xR and g = dy ⊙ scale. R has a relative error of γ(D/2 + 8)
   * ({@link ErrorBounds#rmsNorm}), and by Cauchy-Schwarz mean(g ⊙ t) is no larger than G = ‖g‖/√D.
   *
   * <p>dx = R(g − t·mean(g ⊙ t)) has terms of at most R(|g| + |t|G). The longer one carries R three
   * times, a sum of D products, and a few roundings: γ(2.5D + 34); with every step written down, 17
   * results (R² of three, halved, R, t, g; product, sum and mean; product, sum, product); inputs
   * are read eight times at most. dscale = Σ dy ⊙ t: γ(rows + D/2 + 11)·Σ|dy||t|, six results, four
   * inputs.
   *
   * @param x rows of {@code width}
   * @param scale all as one row
   * @return of dx and of dscale
   */
  public List<ErrorBound> rms(double[] x, Magnitude scale, double epsilon, double[] dy, int width) {
    int rows = x.length / Math.max(width, 1);
    Magnitude xs = Magnitude.ofRows(x, width);
    Magnitude slopes = Magnitude.ofRows(dy, width);
    double[] inverse = new double[rows];
    double[] sums = new double[width];
    for (int at = 0; at < x.length; at++) {
      int row = at / width;
      inverse[row] = 1 / Math.sqrt(xs.norm(row) * xs.norm(row) / width + epsilon);
      sums[at % width] += Math.abs(dy[at] * x[at]) * inverse[row];
    }
    double each =
        ErrorBounds.gamma(2.5 * width + 34, u) + ErrorBounds.gamma(17, r) + ErrorBounds.gamma(8, i);
    double scales =
        ErrorBounds.gamma(rows + width / 2.0 + 11, u)
            + ErrorBounds.gamma(6, r)
            + ErrorBounds.gamma(4, i);
    ErrorBound ofX =
        (index, expected, found) -> {
          int row = index / width;
          double along = slopes.norm(row) / Math.sqrt(width) * Math.abs(x[index]) * inverse[row];
          double terms = (Math.abs(dy[index]) + along) * scale.max(0) * inverse[row];
          return each * terms + tiny * (1 + inverse[row]);
        };
    ErrorBound ofScale = (index, expected, found) -> scales * sums[index] + tiny;
    return List.of(ofX, ofScale);
  }

  /**
   * dx = (dy − mean(dy) − y·A)/σ with A = mean(dy ⊙ y), which by Cauchy-Schwarz is no larger than E
   * = ‖dy‖/√D; let L = mean|dy|.
   *
   * <p>σ is off by h relative and y by H|y| + M, as {@link ImageBounds#groupNorm} argues: q = (γ(D
   * + 2) + i + 3r)·(root mean square)/σ, h = γ(D/2 + 8) + q + q², H = h/(1 − h) + γ(4), M = (q +
   * i·max|x|/σ)/(1 − h); where steps are written down, six results more are in H, three in the
   * mean. So A is off by HE + ML and γ(D + 3)E, y·A by E of y's error and |y| of A's, and the
   * bracket by a few roundings of its terms; σ moves the result by H of it.
   *
   * @param x rows of {@code width}
   */
  public ErrorBound layer(double[] x, double epsilon, double[] dy, int width) {
    int rows = x.length / Math.max(width, 1);
    Row[] at = new Row[rows];
    for (int row = 0; row < rows; row++) {
      at[row] = Row.of(x, dy, row * width, width, epsilon);
    }
    double mean = ErrorBounds.gamma(width + 2.0, u) + i + 3 * r;
    double half = ErrorBounds.gamma(width / 2.0 + 8, u);
    double steps =
        ErrorBounds.gamma(width + 6.0, u) + ErrorBounds.gamma(8, r) + ErrorBounds.gamma(3, i);
    return (index, expected, found) -> {
      Row row = at[index / width];
      double q = mean * row.rootMeanSquare / row.deviation;
      double h = half + q + q * q;
      if (h >= 1) {
        return Double.POSITIVE_INFINITY;
      }
      double relative =
          h / (1 - h) + ErrorBounds.gamma(4, u) + ErrorBounds.gamma(6, r) + ErrorBounds.gamma(3, i);
      double moved = (q + i * row.largest / row.deviation) / (1 - h);
      double y = Math.abs(x[index] - row.mean) / row.deviation;
      double ofY = relative * y + moved;
      double ofA = (relative + steps) * row.slopeNorm + moved * row.slope;
      double terms = Math.abs(dy[index]) + row.slope + y * row.slopeNorm;
      double bracket = steps * terms + row.slopeNorm * ofY + (y + ofY) * ofA;
      return (1 + relative) * bracket / row.deviation
          + relative * Math.abs(expected)
          + tiny * (1 + 1 / row.deviation);
    };
  }

  /**
   * What the bound needs to know of a row.
   *
   * @param deviation sqrt(var + ε)
   * @param slope the mean of |dy|
   * @param slopeNorm the root mean square of dy
   */
  private record Row(
      double mean,
      double deviation,
      double rootMeanSquare,
      double largest,
      double slope,
      double slopeNorm) {
    static Row of(double[] x, double[] dy, int from, int width, double epsilon) {
      double sum = 0;
      double squares = 0;
      double largest = 0;
      double slope = 0;
      double slopes = 0;
      for (int at = from; at < from + width; at++) {
        sum += x[at];
        squares += x[at] * x[at];
        largest = Math.max(largest, Math.abs(x[at]));
        slope += Math.abs(dy[at]);
        slopes += dy[at] * dy[at];
      }
      double mean = sum / width;
      double deviations = 0;
      for (int at = from; at < from + width; at++) {
        deviations += (x[at] - mean) * (x[at] - mean);
      }
      return new Row(
          mean,
          Math.sqrt(deviations / width + epsilon),
          Math.sqrt(squares / width),
          largest,
          slope / width,
          Math.sqrt(slopes / width));
    }
  }
}
