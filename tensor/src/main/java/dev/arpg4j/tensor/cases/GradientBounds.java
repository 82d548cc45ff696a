package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Shape;
import java.util.Arrays;

/**
 * The error bounds of gradients of entries, sums and products, in the notation of {@link
 * ErrorBounds}, which makes them. They cover the definitions too, which write every step down.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record GradientBounds(double u, double r, double i, double tiny) {
  /** The bounds of the gradients of norms. */
  public NormGradientBounds norms() {
    return new NormGradientBounds(u, r, i, tiny);
  }

  /** The bounds of the gradients of attention. */
  public AttentionGradientBounds attention() {
    return new AttentionGradientBounds(u, r, i, tiny);
  }

  /** The bounds of dropout, powers and the optimizer's step. */
  public TrainingBounds training() {
    return new TrainingBounds(u, r, i, tiny);
  }

  // ---- entries

  /**
   * dy·f, f = σ(1 + x(1 − σ)). The sigmoid's exponential moves it by σ(1 − σ)(4 + 2|x|)u, sum and
   * quotient by 2u: 4u in all, as σ(1 − σ) ≤ ¼ and |x| times it ≤ 0.23. Then 1 − σ is off by 5u,
   * the bracket by (1 + 7|x|)u, the whole by (6.1 + 11|x|)u, and dy's product adds 1.1u: (8 +
   * 12|x|)u leaves room for their products. It grows with |x| because 1 − σ cancels. Of rounded
   * inputs, dy weighs |f| ≤ 1.1, and x |x||f'| ≤ 0.5|x|.
   */
  public ErrorBound silu(double[] x, double[] dy) {
    return silu(x, dy, 0, 0);
  }

  /**
   * The gradient by the gate of a SwiGLU: as {@link #silu}, of the product dy·up, whose rounding,
   * writing down and second rounded input come beside.
   */
  public ErrorBound gate(double[] gate, double[] up, double[] dy) {
    double[] product = new double[dy.length];
    for (int at = 0; at < product.length; at++) {
      product[at] = dy[at] * up[at];
    }
    return silu(gate, product, 1.2 * (u + 2 * r + 2 * i), r);
  }

  private ErrorBound silu(double[] x, double[] dy, double more, double relative) {
    return (index, expected, found) -> {
      double size = Math.abs(x[index]);
      double each = (8 + 12 * size) * u + (1.2 + 0.6 * size) * i + more;
      return Math.abs(dy[index]) * each + (r + relative) * Math.abs(expected) + tiny;
    };
  }

  /**
   * dy·f, |f| ≤ 1.13.
   *
   * <p>f = Φ + xφ: Φ is off by 3.5u ({@link LayerBounds#gelu}); φ's exponential has the argument
   * x²/2 with two roundings, so that φ is off by (6 + x²)u relative, and xφ ≤ 0.25 and x³φ ≤ 0.47
   * make that 2u; sums and products by at most 1.13 add 3.4u. Of rounded inputs, |f'| ≤ 0.8.
   *
   * <p>f = (1 + t + z(1 − t²))/2 with t = tanh(w), w = √(2/π)(x + 0.044715x³), z = x·w': t is off
   * by 12u (LayerBounds again), 1 + t by 14u, 1 − t² by 26u, and z by 7u relative, where |z|(1 −
   * t²) ≤ 1.35 as |z| ≤ 3|w|; sums and the product with dy add 3.5u. So (15 + 13|z|)u. That grows
   * no more where 1 − |t| ≤ u/4, which is |w| ≥ ln(8/u)/2: there t rounds to ±1, what is lost is
   * z(1 − t²), and z ≤ 3|w| = 1.5·ln(8/u) is the largest that counts.
   *
   * @param tanh by the second
   */
  public ErrorBound gelu(double[] x, boolean tanh, double[] dy) {
    double furthest = u == 0 ? 0 : 1.5 * Math.log(8 / u);
    return (index, expected, found) -> {
      double size = Math.abs(x[index]);
      double z = size * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * size * size);
      double units = tanh ? 15 + 13 * Math.min(z, furthest) : 10;
      double each = units * u + (1.2 + 0.9 * size) * i;
      return Math.abs(dy[index]) * each + r * Math.abs(expected) + tiny;
    };
  }

  // ---- products

  /**
   * As {@link ErrorBounds#linear}, with Σ_o |dy_o||W_ok| ≤ Σ|dy|·max|W|, since columns of the
   * weight are what is summed.
   *
   * @param dy the rows [.., O]
   * @param weight the largest row of W [O, K]
   */
  public ErrorBound linear(Magnitude dy, Magnitude weight, int inner, int outer) {
    double each = ErrorBounds.gamma(outer, u) + 2 * i;
    double[] errors = new double[dy.rows()];
    for (int row = 0; row < errors.length; row++) {
      errors[row] = each * dy.sum(row) * weight.max(0) + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(inner, 1), r);
  }

  /**
   * Sums over all rows: (γ(rows) + 2i)·‖dy's column‖·‖x's column‖, with the longest column of x.
   *
   * @param x the columns of x, K
   * @param dy the columns of dy, O
   */
  public ErrorBound linearWeight(Magnitude x, Magnitude dy, int rows) {
    double each = (ErrorBounds.gamma(rows, u) + 2 * i) * x.largest().norm(0);
    double[] errors = new double[dy.rows()];
    for (int row = 0; row < errors.length; row++) {
      errors[row] = each * dy.norm(row) + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(x.rows(), 1), r);
  }

  // ---- sums

  /**
   * γ(rows)·Σ|x| of each column.
   *
   * @param x the columns
   */
  public ErrorBound sumColumns(Magnitude x, int rows) {
    double[] errors = new double[x.rows()];
    for (int column = 0; column < errors.length; column++) {
      errors[column] = (ErrorBounds.gamma(rows, u) + i) * x.sum(column) + tiny;
    }
    return ErrorBound.perRow(errors, 1, r);
  }

  /**
   * As {@link #sumColumns}, of the c rows that go to the same place: γ(c)·Σ|x|; where there is
   * none, nothing is off.
   *
   * @param x values of [B, n, ..]
   * @param index [n], or [I, n] one row after the other
   * @param rows of each batch entry of the result
   */
  public ErrorBound scatterAdd(double[] x, Shape shape, int[] index, int rows) {
    int batch = shape.dim(0);
    int n = shape.dim(1);
    int width = Arrays.stream(shape.toArray()).skip(2).reduce(1, Math::multiplyExact);
    int[] hits = new int[batch * rows];
    double[] sums = new double[batch * rows * width];
    for (int at = 0; at < batch * n; at++) {
      int to = at / n * rows + index[at % index.length];
      hits[to]++;
      for (int c = 0; c < width; c++) {
        sums[to * width + c] += Math.abs(x[at * width + c]);
      }
    }
    return (place, expected, found) -> {
      double each = ErrorBounds.gamma(hits[place / width], u) + i;
      return sums.length == 0 || sums[place] == 0
          ? 0
          : each * sums[place] + r * Math.abs(expected) + tiny;
    };
  }

  // ---- rows

  /**
   * y(dy − S), S = Σ y·dy: a sum of V products, and a sum and a product more, of terms no larger
   * than |y|(|dy| + Σ|y||dy|): (γ(V + 4) + γ(6) of r + γ(4) of i) of that, for five results written
   * down on the way and y read twice.
   *
   * @param y rows of {@code width}
   */
  public ErrorBound softmax(double[] y, double[] dy, int width) {
    double each =
        ErrorBounds.gamma(width + 4.0, u) + ErrorBounds.gamma(6, r) + ErrorBounds.gamma(4, i);
    double[] sums = new double[y.length / Math.max(width, 1)];
    for (int at = 0; at < y.length; at++) {
      sums[at / width] += Math.abs(y[at] * dy[at]);
    }
    return (index, expected, found) ->
        each * Math.abs(y[index]) * (Math.abs(dy[index]) + sums[index / width]) + tiny;
  }

  /**
   * dy times what {@link ErrorBounds#softmax} bounds, relative (of p, which is the result but for
   * the target's) and absolute; subtracting 1 and multiplying are two roundings more, and three
   * results are written down on the way.
   *
   * @param logits the rows
   * @param targets one for each row
   * @param dy one for each row
   */
  public ErrorBound crossEntropy(Magnitude logits, int[] targets, double[] dy, int width) {
    double logarithm = Math.log(Math.max(width, 1));
    double relative =
        ErrorBounds.gamma(width + 9.0, u)
            + 3 * u * logarithm
            + ErrorBounds.gamma(5, r)
            + ErrorBounds.gamma(2, i);
    return (index, expected, found) -> {
      int row = index / width;
      double moved = Math.min(Math.expm1(4 * i * logits.max(row)), 1);
      double one = index % width == targets[row] ? relative : 0;
      return Math.abs(dy[row]) * (1.2 * u + moved + one) + relative * Math.abs(expected) + tiny;
    };
  }
}
