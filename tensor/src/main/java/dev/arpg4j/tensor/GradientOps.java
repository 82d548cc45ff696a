package dev.arpg4j.tensor;

/**
 * The ops of {@link Ops} that training says: what the gradients of the others are made of, and the
 * step of the optimizer.
 *
 * <p>An op named {@code fBackward} takes the operands of {@code f} and {@code dy}, the gradient of
 * the loss by its result, and gives the gradients by its operands, each of that operand's shape.
 */
public interface GradientOps extends ElementwiseOps, MovementOps, ProductOps, ReductionOps {
  /**
   * The values of a weight, as its storage rounds them.
   *
   * @return the weight's shape
   */
  Tensor value(Weight weight);

  /**
   * The sum of all rows.
   *
   * @param x [.., D]
   * @return [D]
   */
  Tensor sumColumns(Tensor x);

  /**
   * Each row by a factor of its own: {@code y[r, :] = factor[r] · x[r, :]}.
   *
   * @param x [.., D]
   * @param factor [..]
   * @return x's shape
   */
  default Tensor mulRows(Tensor x, Tensor factor) {
    Shape shape = GradientShapes.mulRows(x, factor);
    int rows = Math.toIntExact(shape.rows());
    Tensor left = reshape(factor, Shape.of(rows, 1, 1));
    Tensor right = reshape(x, Shape.of(rows, 1, shape.dim(-1)));
    return reshape(matmul(left, false, right, false), shape);
  }

  // ---- gradients

  /**
   * The gradient of {@link Ops#linear} by its rows: {@code dx[.., k] = Σ_o dy[.., o] · W[o, k]}.
   *
   * @param dy [.., O]
   * @param weight [O, K]
   * @return [.., K]
   */
  default Tensor linearBackward(Tensor dy, Weight weight) {
    Shape shape = GradientShapes.linearBackward(dy, weight);
    Shape map = weight.shape();
    Tensor rows = reshape(dy, Shape.of(1, Math.toIntExact(shape.rows()), map.dim(0)));
    Tensor matrix = reshape(value(weight), Shape.of(1, map.dim(0), map.dim(1)));
    return reshape(matmul(rows, false, matrix, false), shape);
  }

  /**
   * The gradient of {@link Ops#linear} by its weight: {@code dW[o, k] = Σ_r dy[r, o] · x[r, k]}
   * over all rows.
   *
   * @param x [.., K]
   * @param dy [.., O], as many rows
   * @return [O, K]
   */
  default Tensor linearWeightBackward(Tensor x, Tensor dy) {
    Shape shape = GradientShapes.linearWeightBackward(x, dy);
    int rows = Math.toIntExact(x.shape().rows());
    Tensor left = reshape(dy, Shape.of(1, rows, shape.dim(0)));
    Tensor right = reshape(x, Shape.of(1, rows, shape.dim(1)));
    return reshape(matmul(left, true, right, false), shape);
  }

  /**
   * The gradients of {@link Ops#attention(Tensor, Tensor, Tensor, Tensor, int, double)}. With
   * weights p = softmax(factor · q kᵀ) of what each row sees: {@code dv = pᵀ dy}, {@code ds = p ⊙
   * (dy vᵀ − rowsum(p ⊙ dy vᵀ))}, {@code dq = factor · ds k}, {@code dk = factor · dsᵀ q}.
   *
   * @param q [B, n, H·d]
   * @param k [B, m, H·d]
   * @param v [B, m, H·d]
   * @param visibleEnd I32 [n] or [I, n], each in 1..m
   * @param dy [B, n, H·d]
   * @throws IndexOutOfBoundsException if an end is outside
   */
  AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy);

  /** The gradients of {@link Ops#swiGlu}, all of gate's shape. */
  default GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
    GradientShapes.swiGluBackward(gate, up, dy);
    return new GateGradients(siluBackward(gate, mul(dy, up)), mul(dy, silu(gate)));
  }

  /**
   * The gradients of {@link Ops#rmsNorm}. With {@code r = 1/sqrt(mean(x²) + epsilon)} of each row
   * and {@code g = dy ⊙ scale}: {@code dx = r g − x r³ mean(g ⊙ x)}, {@code dscale = Σ_rows dy ⊙ x
   * r}.
   *
   * @param x [.., D]
   * @param scale [D]
   * @param dy x's shape
   */
  default NormGradients rmsNormBackward(Tensor x, Weight scale, double epsilon, Tensor dy) {
    double width = GradientShapes.rmsNormBackward(x, scale, dy).dim(-1);
    Tensor r = power(scale(sumRows(mul(x, x)), 1 / width), epsilon, -0.5); // [..]
    Tensor unit = mulRows(x, r);
    Tensor g = mul(dy, value(scale));
    Tensor along = scale(sumRows(mul(g, unit)), -1 / width); // [..]
    Tensor dx = mulRows(add(g, mulRows(unit, along)), r);
    return new NormGradients(dx, sumColumns(mul(dy, unit)));
  }

  /**
   * The gradient of {@link Ops#layerNorm(Tensor, double)}. With y its result and {@code r =
   * 1/sqrt(var + epsilon)}: {@code dx = r (dy − mean(dy) − y mean(dy ⊙ y))}.
   *
   * @param x [.., D]
   * @param dy x's shape
   * @return x's shape
   */
  default Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
    double width = GradientShapes.layerNormBackward(x, dy).dim(-1);
    Tensor ones = power(x, 0, 0);
    Tensor centred = add(x, mulRows(ones, scale(sumRows(x), -1 / width)));
    Tensor variance = scale(sumRows(mul(centred, centred)), 1 / width); // [..]
    Tensor r = power(variance, epsilon, -0.5);
    Tensor y = mulRows(centred, r);
    Tensor slope = mulRows(ones, scale(sumRows(dy), -1 / width));
    Tensor along = mulRows(y, scale(sumRows(mul(dy, y)), -1 / width));
    return mulRows(add(add(dy, slope), along), r);
  }

  /**
   * The gradient of {@link Ops#softmax} from its result: {@code dx = y ⊙ (dy − rowsum(y ⊙ dy))}.
   *
   * @param y [.., V], what softmax gave
   * @param dy y's shape
   * @return y's shape
   */
  default Tensor softmaxBackward(Tensor y, Tensor dy) {
    GradientShapes.softmaxBackward(y, dy);
    Tensor weighted = mul(y, dy);
    return add(weighted, mulRows(y, scale(sumRows(weighted), -1)));
  }

  /**
   * The gradient of {@link Ops#crossEntropy} by its logits: {@code dy · (softmax(row) −
   * onehot(target))}.
   *
   * @param logits [.., V]
   * @param targets I32 [..], each in 0..V-1
   * @param dy [..]
   * @return logits' shape
   * @throws IndexOutOfBoundsException if a target is outside
   */
  default Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
    Shape shape = GradientShapes.crossEntropyBackward(logits, targets, dy);
    Tensor distribution = mulRows(softmax(logits), dy);
    int rows = Math.toIntExact(shape.rows());
    if (rows == 0) {
      return distribution; // and no index tensor serves no row
    }
    Tensor hot =
        scatterAdd(
            reshape(dy, Shape.of(rows, 1, 1)), reshape(targets, Shape.of(rows, 1)), shape.dim(-1));
    return add(distribution, scale(reshape(hot, shape), -1));
  }

  // ---- the optimizer

  /**
   * One step of AdamW (Loshchilov and Hutter, ICLR 2019) on one parameter: with {@code g = factor ·
   * gradient}, {@code m' = β₁ m + (1 − β₁) g}, {@code s' = β₂ s + (1 − β₂) g²}, {@code w' = w −
   * rate · (m' / c₁ / (sqrt(s' / c₂) + ε) + decay · w)}.
   *
   * @param value w, of any shape
   * @param gradient w's shape
   * @param first m, w's shape
   * @param second s, w's shape
   */
  default Adapted adamW(
      Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
    GradientShapes.adamW(value, gradient, first, second);
    Tensor g = scale(gradient, step.factor());
    Tensor m = add(scale(first, step.beta1()), scale(g, 1 - step.beta1()));
    Tensor s = add(scale(second, step.beta2()), scale(mul(g, g), 1 - step.beta2()));
    Tensor root = power(scale(s, 1 / step.correction2()), 0, 0.5);
    Tensor direction = mul(scale(m, 1 / step.correction1()), power(root, step.epsilon(), -1));
    Tensor kept = scale(value, 1 - step.rate() * step.decay());
    return new Adapted(add(kept, scale(direction, -step.rate())), m, s);
  }

  // ---- what these ops take and give

  /** What {@link #attentionBackward} gives: the gradients by q, k and v. */
  record AttentionGradients(Tensor q, Tensor k, Tensor v) {}

  /** What {@link #swiGluBackward} gives: the gradients by gate and up. */
  record GateGradients(Tensor gate, Tensor up) {}

  /** What {@link #rmsNormBackward} gives: the gradients by x and by the scale, [D]. */
  record NormGradients(Tensor x, Tensor scale) {}

  /** What {@link #adamW} gives: the parameter and both of its moments after the step. */
  record Adapted(Tensor value, Tensor first, Tensor second) {}

  /**
   * The numbers of one {@link #adamW} step.
   *
   * @param rate the learning rate of this step
   * @param beta1 how much of the first moment stays, 0 or more and below 1
   * @param beta2 how much of the second moment stays, likewise
   * @param epsilon above 0
   * @param decay of the parameter itself, 0 for vectors
   * @param correction1 c₁ = 1 − β₁ᵗ at step t, from 1
   * @param correction2 c₂ = 1 − β₂ᵗ
   * @param factor of the gradient: what clipping and the mean over a batch ask for
   */
  record AdamWStep(
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double decay,
      double correction1,
      double correction2,
      double factor) {}
}
