package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import java.util.function.IntToDoubleFunction;

/**
 * The error bound of every op, as a function of its operands' magnitudes: how far two computers may
 * part on one op with the same inputs. The bounds hold whatever the order of summation, with or
 * without fused multiply-add, so no backend can violate them by being blocked or vectorized; they
 * are worst cases (n·u, not √n·u) and need no luck.
 *
 * <p>Notation: u is the unit roundoff of both computers together, r their cost of writing a result
 * down, i the relative rounding of inputs that one holds less exactly than the other; γ(n) = n·u /
 * (1 - n·u) (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). Errors of two
 * computers add, and each bound is convex in u with bound(0) = 0, so bound(u1) + bound(u2) ≤
 * bound(u1 + u2). An exponential is granted a relative error of (4 + 2|t|)·u at the argument t: 2
 * ulp, and an argument that was scaled in plain arithmetic before.
 */
public final class ErrorBounds {
  private final double u;
  private final double r;
  private final double i;
  private final double tiny;

  private ErrorBounds(Precision both, double inputRounding) {
    this.u = both.accumulation();
    this.r = both.result();
    this.tiny = both.tiny();
    this.i = inputRounding;
  }

  /**
   * Bounds for two computers of the given precisions.
   *
   * @param inputRounding the relative error of one computer's inputs against the other's; 0 if they
   *     have the very same numbers
   */
  public static ErrorBounds between(Precision one, Precision other, double inputRounding) {
    return new ErrorBounds(one.plus(other), inputRounding);
  }

  /**
   * Bounds for two backends that are given the very same inputs: floats, in all op cases. A backend
   * that computes in bfloat16 may round them as it reads them.
   */
  public static ErrorBounds sameInputs(Backend one, Backend other) {
    boolean rounds = one.computeType() == DType.BF16 || other.computeType() == DType.BF16;
    return between(
        Precision.of(one.computeType()),
        Precision.of(other.computeType()),
        rounds ? Precision.storing(DType.BF16) : 0);
  }

  /**
   * Bounds for two backends of which {@code fed} gets its inputs from the results of {@code
   * source}, rounded to its own compute type.
   */
  public static ErrorBounds fedFrom(Backend source, Backend fed) {
    double from = Precision.storing(source.computeType());
    double to = Precision.storing(fed.computeType());
    return between(
        Precision.of(source.computeType()), Precision.of(fed.computeType()), to > from ? to : 0);
  }

  private double gamma(double n) {
    return gamma(n, u);
  }

  /** γ(n) at a unit roundoff. */
  static double gamma(double n, double u) {
    double nu = n * u;
    return nu < 1 ? nu / (1 - nu) : Double.POSITIVE_INFINITY;
  }

  /** The bounds of ops on images. */
  public ImageBounds images() {
    return new ImageBounds(u, r, i, tiny);
  }

  /** The bounds of what transformer layers with layer norm say. */
  public LayerBounds layers() {
    return new LayerBounds(u, r, i, tiny);
  }

  /** The bounds of what decides which cells stay masked. */
  public MaskingBounds masking() {
    return new MaskingBounds(u, r, i);
  }

  /** The bounds of what turns logits into ids. */
  public DecodingBounds decoding() {
    return new DecodingBounds(u, r, i, tiny);
  }

  /** The bounds of what training says. */
  public GradientBounds gradients() {
    return new GradientBounds(u, r, i, tiny);
  }

  private ErrorBound perRow(int rows, int width, double relative, IntToDoubleFunction absolute) {
    double[] absolutes = new double[rows];
    for (int row = 0; row < rows; row++) {
      absolutes[row] = absolute.applyAsDouble(row);
    }
    return ErrorBound.perRow(absolutes, Math.max(width, 1), relative);
  }

  // ---- products

  /**
   * A sum of K products errs by at most γ(K)·Σ|x||w| (Higham 3.1), and Σ_k |x_k||w_k| ≤ ‖x‖·‖w‖
   * (Cauchy-Schwarz), with the longest row of w for all outputs.
   *
   * @param x the rows [.., K]
   * @param weight the largest row of W [O, K]
   */
  public ErrorBound linear(Magnitude x, Magnitude weight, int inner, int outer) {
    double each = gamma(inner) + 2 * i;
    return perRow(x.rows(), outer, r, row -> each * x.norm(row) * weight.norm(0) + tiny);
  }

  /**
   * As {@link #linear}, with the longest row and column of the whole batch.
   *
   * @param a the vectors of length {@code inner} that a's result rows are made of
   * @param b likewise for the result's columns
   */
  public ErrorBound matmul(Magnitude a, Magnitude b, int inner) {
    double norms = a.largest().norm(0) * b.largest().norm(0);
    return ErrorBound.of((gamma(inner) + 2 * i) * norms + tiny, r);
  }

  // ---- rows and elementwise

  /** embed, gather, concat, slice, reshape: the very same numbers, as exactly as inputs are. */
  public ErrorBound copy() {
    return ErrorBound.of(0, i);
  }

  /**
   * One rounding of the sum; an input's rounding weighs by its own size. Of addBias too.
   *
   * @param a the rows of a
   * @param b the rows of b, which repeat
   */
  public ErrorBound add(Magnitude a, Magnitude b, int width) {
    double other = b.largest().max(0);
    return perRow(a.rows(), width, u + r, row -> i * (a.max(row) + other) + tiny);
  }

  /** One rounding of the product. */
  public ErrorBound mul() {
    return ErrorBound.of(tiny, u + r + 2 * i);
  }

  /** One rounding of the product and one of the factor. */
  public ErrorBound scale() {
    return ErrorBound.of(tiny, 2 * u + r + i);
  }

  /**
   * x/(1 + e) with e = e^-x: the exponential's constant error, the sum and the quotient are 6u. The
   * part that grows with the argument is 2u·x²/(1 + e^|x|) ≤ 0.6u·|x| as |x|/(1 + e^|x|) < 0.28;
   * the derivative is below 1.1.
   */
  public ErrorBound silu(Magnitude x, int width) {
    double argument = 0.6 * u + 1.1 * i;
    return perRow(x.rows(), width, gamma(6) + r, row -> argument * x.max(row) + tiny);
  }

  /** SiLU as above, times the other factor, with its rounding. */
  public ErrorBound swiGlu(Magnitude gate, Magnitude up, int width) {
    double argument = 0.6 * u + 1.1 * i;
    return perRow(
        gate.rows(),
        width,
        gamma(7) + 2 * r + 2 * i,
        row -> (argument * gate.max(row) + tiny) * (1 + up.max(row)));
  }

  /**
   * The squares are positive, so their sum has the relative error γ(D), the mean plus epsilon two
   * roundings more, and the square root halves it; root, quotient, scale and their approximations
   * are granted 7u. Purely relative: no cancellation.
   */
  public ErrorBound rmsNorm(int width) {
    return ErrorBound.of(tiny, gamma(width / 2.0 + 8) + r + 3 * i);
  }

  /**
   * The norm of {@link dev.arpg4j.tensor.Ops#addRmsNorm}, whose sum is {@link #add}'s. An entry of
   * the sum is off by p = u + r relative, and by i·(|x| + |delta|) beside it, as a row's cancelling
   * terms do not shrink their own rounding; against the row's root mean square R that is q. Either
   * moves the entry itself and, by no more, R: (1 + p)/(1 - p) and q·(|y| + |scale|)/(1 - q).
   *
   * @param sum the rows of x + delta
   * @param scale all as one row
   */
  public ErrorBound normOfSum(
      Magnitude x, Magnitude delta, Magnitude sum, Magnitude scale, int width, double epsilon) {
    double p = u + r;
    double relative = (1 + 2 * p / (1 - p)) * (1 + gamma(width / 2.0 + 8) + r + 3 * i) - 1;
    return (index, expected, found) -> {
      int row = index / width;
      double size = Math.sqrt(sum.norm(row) * sum.norm(row) / width + epsilon);
      double q = i * (x.max(row) + delta.max(row)) / size;
      double apart = q < 1 ? q / (1 - q) : Double.POSITIVE_INFINITY;
      double moved = i == 0 ? 0 : 2 * apart * (Math.abs(expected) + scale.max(0));
      return relative * Math.abs(expected) + moved + tiny;
    };
  }

  /**
   * As {@link #rmsNorm}: a sum of squares, a root and a quotient. The larger of two numbers has
   * their relative error. Squares that underflow do not count where epsilon is 1e-14 or more.
   */
  public ErrorBound l2Normalize(int width) {
    return ErrorBound.of(tiny, gamma(width / 2.0 + 8) + r + 2 * i);
  }

  // ---- positions and attention

  /**
   * a·cos - b·sin: two products and a sum, each part at most ‖(a, b)‖·‖(cos, sin)‖.
   *
   * @param x the rows of x
   * @param pairs the (cos, sin) pairs of the table, rows of 2
   */
  public ErrorBound rope(Magnitude x, Magnitude pairs, int width) {
    double turn = (gamma(2) + 2 * i) * pairs.largest().norm(0) * Math.sqrt(2);
    return perRow(x.rows(), width, r, row -> turn * x.max(row) + tiny);
  }

  /** The extents of attention: rows of B·n and keys of B·m, H heads of width d. */
  public record AttentionExtents(int batch, int n, int m, int heads, int headDim) {}

  /**
   * In one head: a score is a scaled product of length d, so it errs by ε = (γ(d + 2) + 2i)·S with
   * S = |factor|·‖q‖·max‖k‖. Against the largest score, |t| ≤ 2S: subtraction and exponential make
   * weight j wrong by a relative η = ε + 3u·2S + 4u. Normalized weights carry η twice, sums over m
   * rows γ(m) each for weights and values, and a running softmax two roundings more a row. All in
   * all (e^{2η} - 1 + 4γ(m) + 4u + i)·max|v|; and never more than 2·max|v|, since either result is
   * a mean of values.
   *
   * @param q rows of d: [B, n, H]
   * @param k rows of d: [B, m, H]
   * @param v rows of d: [B, m, H]
   */
  public ErrorBound attention(
      Magnitude q, Magnitude k, Magnitude v, AttentionExtents at, double factor) {
    return attention(q, k, v, at, factor, 0);
  }

  /**
   * Attention of queries that are rotated on the way: a score's S takes the longest of the table's
   * pairs, and {@link #rope}'s error of the query beside its own.
   *
   * @param q rows of d, not rotated: [B, n, H]
   * @param pairs the (cos, sin) pairs of the table, rows of 2
   */
  public ErrorBound attentionRotated(
      Magnitude q, Magnitude pairs, Magnitude k, Magnitude v, AttentionExtents at, double factor) {
    double turned = (gamma(2) + 2 * i) * Math.sqrt(2) + r;
    return attention(q, k, v, at, factor * pairs.largest().norm(0), turned);
  }

  /** As said above, with queries that have a relative error of their own. */
  private ErrorBound attention(
      Magnitude q,
      Magnitude k,
      Magnitude v,
      AttentionExtents at,
      double factor,
      double queryError) {
    Magnitude key = k.largestOver(at.batch, at.m, at.heads);
    Magnitude value = v.largestOver(at.batch, at.m, at.heads);
    double sums = 4 * gamma(at.m) + 4 * u + i;
    return perRow(
        q.rows(),
        at.headDim,
        r,
        row -> {
          int head = row / (at.n * at.heads) * at.heads + row % at.heads;
          double score = Math.abs(factor) * q.norm(row) * key.norm(head);
          double product = gamma(at.headDim + 2) + 2 * i + queryError;
          double weights = product * score + 6 * u * score + 4 * u;
          return Math.min(Math.expm1(2 * weights) + sums, 2) * value.max(head) + tiny;
        });
  }

  // ---- reductions

  /**
   * The sum of V positive terms and the quotient: γ(V + 6) relative. What grows with the distance t
   * to the largest is 3u·|t|·p, at most 1.2u as p ≤ e^-|t|, and in the sum 3u·Σ p|t| ≤ 3u·ln V (the
   * entropy). An input's rounding moves t by 2i·max|x| at most.
   */
  public ErrorBound softmax(Magnitude x, int width) {
    return perRow(
        x.rows(),
        width,
        gamma(width + 6) + r + logarithm(width) * 3 * u,
        row -> 1.2 * u + Math.min(Math.expm1(4 * i * x.max(row)), 1) + tiny);
  }

  /** γ(V)·Σ|x|. */
  public ErrorBound sumRows(Magnitude x, int width) {
    return perRow(x.rows(), 1, r, row -> (gamma(width) + i) * x.sum(row) + tiny);
  }

  /**
   * γ(count + 1)·Σ|x|/count.
   *
   * @param x all entries as one row
   */
  public ErrorBound mean(Magnitude x, int count) {
    return ErrorBound.of((gamma(count + 1.0) + i) * x.sum(0) / count + tiny, r);
  }

  /**
   * The sum under the logarithm errs by γ(V + 4) and 3u·Σ p|t|, and Σ p|t| ≤ ln V (the entropy);
   * the logarithm is granted 4u of at most ln V; adding the largest logit and subtracting the
   * target's rounds numbers of at most 2·max|x| + ln V twice.
   */
  public ErrorBound crossEntropy(Magnitude logits, int width) {
    double constant = gamma(width + 4) + 9 * u * logarithm(width);
    return perRow(logits.rows(), 1, r, row -> constant + (4 * u + 2 * i) * logits.max(row) + tiny);
  }

  private static double logarithm(int width) {
    return Math.log(Math.max(width, 1));
  }
}
