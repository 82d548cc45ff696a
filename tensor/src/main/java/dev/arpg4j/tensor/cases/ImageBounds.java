package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Shape;

/**
 * The error bounds of ops on images, in the notation of {@link ErrorBounds}, which makes them.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record ImageBounds(double u, double r, double i, double tiny) {
  /**
   * What a convolution reads and gives.
   *
   * @param x [B, h, w, C]
   * @param kernel [O, C, kh, kw]
   * @param y [B, h', w', O]
   */
  public record Convolution(Shape x, Shape kernel, int stride, Padding padding, Shape y) {
    /** The length K = C·kh·kw of the sum that gives a number. */
    int terms() {
      return Math.toIntExact(kernel.size() / Math.max(kernel.dim(0), 1));
    }

    /** Whether minimal filtering F(2x2, 3x3) could compute it. */
    boolean filters() {
      return stride == 1 && kernel.dim(2) == 3 && kernel.dim(3) == 3;
    }

    /**
     * The Euclidean norm of what each pixel of y is made of.
     *
     * @param pixels the pixels of x, rows of C
     * @param margin pixels around the window that count too
     * @return [B, h', w']
     */
    double[] windows(Magnitude pixels, int margin) {
      double[] norms = new double[Math.toIntExact(y.rows())];
      int height = kernel.dim(2) + 2 * margin;
      int width = kernel.dim(3) + 2 * margin;
      for (int at = 0; at < norms.length; at++) {
        int image = at / (y.dim(1) * y.dim(2));
        int row = at / y.dim(2) % y.dim(1) * stride - padding.top() - margin;
        int column = at % y.dim(2) * stride - padding.left() - margin;
        norms[at] = norm(pixels, image, row, column, height, width);
      }
      return norms;
    }

    private double norm(Magnitude pixels, int image, int row, int column, int height, int width) {
      double squares = 0;
      for (int i = Math.max(row, 0); i < Math.min(row + height, x.dim(1)); i++) {
        for (int j = Math.max(column, 0); j < Math.min(column + width, x.dim(2)); j++) {
          double norm = pixels.norm((image * x.dim(1) + i) * x.dim(2) + j);
          squares += norm * norm;
        }
      }
      return Math.sqrt(squares);
    }
  }

  /**
   * A bias and K products in any order, with or without fused multiply-add, err by at most γ(K +
   * 1)·(|bias| + Σ|x||w|), and Σ|x||w| ≤ ‖window‖·‖kernel‖ with the longest kernel of all outputs,
   * as in {@link ErrorBounds#linear}. That covers every blocking of the sum over rows, columns and
   * channels.
   *
   * <p>For a 3x3 kernel with stride 1 it covers the minimal filtering F(2x2, 3x3) too (Lavin and
   * Gray, CVPR 2016, section 4.1), whose transforms have terms that cancel. In one dimension the
   * terms of the first output, their signs dropped, are |d0||g0| + |d1|(|g0| + |g1| + |g2|) +
   * |d2|(2|g0| + |g1| + |g2|), a form whose norm squared is 5 + √19 (the largest eigenvalue of its
   * Gram matrix); the second output mirrors it. In two dimensions the norm is that square, so that
   * the terms are at most 9.36·‖tile‖·‖kernel‖, where the 4x4 tile reaches at most a pixel beyond
   * the window. Each passes 2 roundings of the input's transform, 4 of the kernel's, C of the
   * product and the sum over channels, 4 of the result's and 1 of the bias: 9.36·γ(C + 11) ≤
   * γ(1.04·9C + 103). Rounding a transformed input or kernel to bfloat16 is not covered.
   *
   * @param pixels the pixels of x, rows of C
   * @param kernel the largest kernel of one output channel
   * @param bias all as one row
   */
  public ErrorBound conv2d(Magnitude pixels, Magnitude kernel, Magnitude bias, Convolution at) {
    double terms = at.filters() ? 1.04 * at.terms() + 103 : at.terms() + 1.0;
    double each = ErrorBounds.gamma(terms, u) + 2 * i;
    double[] errors = at.windows(pixels, at.filters() ? 1 : 0);
    for (int pixel = 0; pixel < errors.length; pixel++) {
      errors[pixel] = each * (errors[pixel] * kernel.norm(0) + bias.max(0)) + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(at.y.dim(3), 1), r);
  }

  /**
   * {@link #conv2d} over every pixel four times, which rounds nothing.
   *
   * @param values x, [B, h, w, C]
   * @param kernel the largest kernel of one output channel
   * @param bias all as one row
   * @param outer O
   */
  public ErrorBound upsampleConv2d(
      double[] values, Shape x, Magnitude kernel, Magnitude bias, int outer) {
    int height = 2 * x.dim(1);
    int width = 2 * x.dim(2);
    int channels = x.dim(3);
    double[] doubled = new double[4 * values.length];
    for (int pixel = 0; pixel < x.dim(0) * height * width; pixel++) {
      int line = pixel / width;
      int from = (line / height * x.dim(1) + line % height / 2) * x.dim(2) + pixel % width / 2;
      System.arraycopy(values, from * channels, doubled, pixel * channels, channels);
    }
    Shape image = Shape.of(x.dim(0), height, width, channels);
    Shape kernels = Shape.of(outer, channels, 3, 3);
    Shape y = Shape.of(x.dim(0), height, width, outer);
    return conv2d(
        Magnitude.ofRows(doubled, channels),
        kernel,
        bias,
        new Convolution(image, kernels, 1, Padding.all(1), y));
  }

  /**
   * The mean of the K pixels of a window, none larger than L, by weights of three roundings in any
   * order: (γ(K + 3) + i)·L.
   *
   * @param x all entries as one row
   */
  public ErrorBound area(Magnitude x, Shape from, Shape to) {
    long rows = Math.ceilDiv(from.dim(1), to.dim(1)) + 1L;
    long columns = Math.ceilDiv(from.dim(2), to.dim(2)) + 1L;
    double each = ErrorBounds.gamma(rows * columns + 3, u) + i;
    return ErrorBound.of(each * x.max(0) + tiny, r);
  }

  /**
   * Sixteen products of pixels, none larger than L, with weights of either axis, of which four have
   * absolute values of at most 11/8 in sum (half-way, 19/32 and 3/32 twice).
   *
   * <p>A weight is the value of a cubic polynomial of the distance. By Horner's rule, in six
   * roundings after the distance's, it errs by γ(6)·Σ|c_k||d|^k (Higham 5.1), which for the four
   * distances, two below 1 and two below 2, is at most 55·γ(6). The distance, a difference of (i +
   * ½)·h/height − ½ ≤ h and an integer, errs by γ(4)·(h + 1), and the four slopes are at most 4.2
   * in sum; at integers the polynomials meet with equal slopes, so that another choice of pixels
   * changes no more. With A of all this, an axis' weights are 11/8 + A in sum.
   *
   * @param x all entries as one row
   */
  public ErrorBound bicubic(Magnitude x, Shape from) {
    double weights = 11 / 8.0;
    double rows = weights + cubicError(from.dim(1));
    double columns = weights + cubicError(from.dim(2));
    double off = rows * columns - weights * weights;
    double each = off + rows * columns * (ErrorBounds.gamma(17, u) + i);
    return ErrorBound.of(each * x.max(0) + tiny, r);
  }

  private double cubicError(int extent) {
    return 55 * ErrorBounds.gamma(6, u) + 4.2 * ErrorBounds.gamma(4, u) * (extent + 1);
  }

  /**
   * Of the n entries of a group with mean m, let σ = sqrt(var + ε), R their root mean square and t
   * = (x - m)/σ.
   *
   * <p>The mean errs by at most (γ(n + 1) + i)·R, which is q of σ. It moves t by q, and var by
   * q²·σ² as deviations from another value than the mean are larger; where moments of parts are
   * merged (Chan, Golub and LeVeque, The American Statistician 1983), the parts' means move var by
   * another 2q·σ² (Cauchy-Schwarz). The sum of squares has a relative error of γ(n + 2), which the
   * root halves; root, quotient and products are granted 7u. So σ errs by h = γ(n/2 + 8) + q + q²,
   * relative, and t by (|t|·h + q + p)/(1 - h), where p = i·max|x|/σ is the entry's own rounding.
   * |scale|·|t| is |y - bias|.
   *
   * <p>This covers two passes in any order of summation, and merged moments of parts; it does not
   * cover mean(x²) - m² in the precision of x, which cancels where |m| is large beside σ.
   *
   * @param values x, [B, h, w, C]
   * @param scale all as one row
   * @param bias all as one row
   */
  public ErrorBound groupNorm(
      double[] values, Shape x, int groups, Magnitude scale, Magnitude bias, double epsilon) {
    int channels = x.dim(3);
    int width = channels / groups;
    int image = x.dim(1) * x.dim(2) * channels;
    double half = ErrorBounds.gamma(image / groups / 2.0 + 8, u);
    double mean = ErrorBounds.gamma(image / groups + 1.0, u) + i;
    Moments[] moments = new Moments[x.dim(0) * groups];
    for (int at = 0; at < moments.length; at++) {
      int from = at / groups * image + at % groups * width;
      moments[at] = Moments.of(values, from, channels, width, image / channels);
    }
    return (index, expected, found) -> {
      Moments group = moments[index / image * groups + index % channels / width];
      double deviation = Math.sqrt(group.variance + epsilon);
      double q = mean * group.rootMeanSquare / deviation;
      double h = half + q + q * q;
      if (h >= 1) {
        return Double.POSITIVE_INFINITY;
      }
      double moved = (q + i * group.largest / deviation) / (1 - h) * scale.max(0);
      double normed = Math.abs(expected) + bias.max(0);
      return normed * (h / (1 - h) + ErrorBounds.gamma(4, u) + 2 * i)
          + moved
          + r * Math.abs(expected)
          + tiny;
    };
  }

  /** What the bound needs to know of a group. */
  private record Moments(double variance, double rootMeanSquare, double largest) {
    /** Of {@code width} entries at each of {@code pixels} places that are {@code step} apart. */
    static Moments of(double[] values, int from, int step, int width, int pixels) {
      double sum = 0;
      double squares = 0;
      double largest = 0;
      for (int at = 0; at < pixels * width; at++) {
        double value = values[from + at / width * step + at % width];
        sum += value;
        squares += value * value;
        largest = Math.max(largest, Math.abs(value));
      }
      double mean = sum / (pixels * width);
      double deviations = 0;
      for (int at = 0; at < pixels * width; at++) {
        double deviation = values[from + at / width * step + at % width] - mean;
        deviations += deviation * deviation;
      }
      double count = (double) pixels * width;
      return new Moments(deviations / count, Math.sqrt(squares / count), largest);
    }
  }
}
