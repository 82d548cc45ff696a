package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import java.util.List;

/**
 * The error bound of the gradients of attention, in the notation of {@link ErrorBounds}, which
 * makes it.
 *
 * @param u the unit roundoff of both computers
 * @param r their cost of writing a result down
 * @param i the relative rounding of inputs
 * @param tiny an absolute error that explains underflow
 */
public record AttentionGradientBounds(double u, double r, double i, double tiny) {
  /**
   * The operands on the host.
   *
   * @param ends [n], or [I, n] one row after the other
   */
  public record Operands(
      double[] q,
      double[] k,
      double[] v,
      int[] ends,
      double[] dy,
      AttentionExtents at,
      double factor) {}

  /** The sums of weights p times what their errors are multiplied by, for each row of d. */
  private record Sums(double[] q, double[] k, double[] v) {}

  /**
   * In one head, for row i: a weight p_j is off by π of itself, as {@link ErrorBounds#attention}
   * argues: with S = |factor|·‖q_i‖·max‖k‖, π = e^{2η} − 1 + 4γ(m) + 4u, η = (γ(d + 2) + 2i + 6u)·S
   * + 4u. That covers weights taken from the logarithm of their sum too. Where π is 1 or more, of a
   * weight is known that it lies between 0 and 1.
   *
   * <p>With X = ‖dy_i‖·max‖v‖, g_j = dy_i·v_j is off by (γ(d) + 2i)·X, and its mean G, from the
   * weights or as dy_i·y_i, by (π + γ(d) + 2i + γ(m))·X. So s_j = p_j(g_j − G), where |g_j − G| ≤
   * 2X, is off by 2X for every unit that p_j is, and by p_j·X·(π + 2γ(d) + 4i + γ(m) + 4u) else.
   * Sums over keys or rows add γ(m) or γ(n) of their terms, the factor and a product 3u, an input
   * i. The sum over keys may be said as Σ p_j(g_j − R)k_j − (G − R) Σ p_j k_j with a slope R, whose
   * terms are 2X each.
   *
   * @return of dq, dk and dv
   */
  public List<ErrorBound> of(Operands in) {
    AttentionExtents at = in.at;
    int rows = at.batch() * at.n() * at.heads();
    int keys = at.batch() * at.m() * at.heads();
    Sums sums = new Sums(new double[rows], new double[keys], new double[keys]);
    Magnitude q = Magnitude.ofRows(in.q, at.headDim());
    Magnitude k = Magnitude.ofRows(in.k, at.headDim());
    Magnitude v = Magnitude.ofRows(in.v, at.headDim());
    Magnitude dy = Magnitude.ofRows(in.dy, at.headDim());
    for (int row = 0; row < rows; row++) {
      add(in, row, q, k, v, dy, sums);
    }
    return List.of(perRow(sums.q, at), perRow(sums.k, at), perRow(sums.v, at));
  }

  private ErrorBound perRow(double[] sums, AttentionExtents at) {
    double[] errors = new double[sums.length];
    for (int row = 0; row < errors.length; row++) {
      errors[row] = sums[row] + tiny;
    }
    return ErrorBound.perRow(errors, Math.max(at.headDim(), 1), r);
  }

  /** Adds what row {@code row} of [B, n, H] makes its gradient and those of its keys be off by. */
  private void add(
      Operands in, int row, Magnitude q, Magnitude k, Magnitude v, Magnitude dy, Sums sums) {
    AttentionExtents at = in.at;
    int head = row % at.heads();
    int first = row / (at.n() * at.heads()) * at.m() * at.heads() + head;
    int end = in.ends[row / at.heads() % in.ends.length];
    double longestKey = 0;
    double longestValue = 0;
    for (int j = 0; j < end; j++) {
      longestKey = Math.max(longestKey, k.norm(first + j * at.heads()));
      longestValue = Math.max(longestValue, v.norm(first + j * at.heads()));
    }
    double factor = Math.abs(in.factor);
    double score = factor * q.norm(row) * longestKey;
    double x = dy.norm(row) * longestValue;
    double product = ErrorBounds.gamma(at.headDim() + 2.0, u) + 2 * i;
    double ofWeights =
        Math.expm1(2 * ((product + 6 * u) * score + 4 * u))
            + 4 * ErrorBounds.gamma(at.m(), u)
            + 4 * u;
    double keys = ErrorBounds.gamma(at.m(), u);
    double slopes = Math.min(ofWeights, 2) + 2 * product + keys + 4 * u;
    double overKeys = keys + 3 * u + i;
    double overRows = ErrorBounds.gamma(at.n(), u) + 3 * u + i;
    double[] p = weights(in, row, first, end);
    for (int j = 0; j < end; j++) {
      int key = first + j * at.heads();
      double off = ofWeights < 1 ? ofWeights * p[j] : 1;
      double most = p[j] + off;
      double ofSlope = x * (2 * off + slopes * most);
      sums.q[row] += factor * (ofSlope + 4 * x * most * overKeys) * k.max(key);
      sums.k[key] += factor * (ofSlope + 2 * x * most * overRows) * q.max(row);
      sums.v[key] += (off + most * overRows) * dy.max(row);
    }
  }

  /** The softmax of a row's scores. */
  private static double[] weights(Operands in, int row, int first, int end) {
    int d = in.at.headDim();
    double[] p = new double[end];
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < end; j++) {
      int key = (first + j * in.at.heads()) * d;
      for (int c = 0; c < d; c++) {
        p[j] += in.factor * in.q[row * d + c] * in.k[key + c];
      }
      largest = Math.max(largest, p[j]);
    }
    double sum = 0;
    for (int j = 0; j < end; j++) {
      p[j] = Math.exp(p[j] - largest);
      sum += p[j];
    }
    for (int j = 0; j < end; j++) {
      p[j] /= sum;
    }
    return p;
  }
}
