package dev.arpg4j.tensor;

import java.util.Arrays;

/** The ops of {@link Ops} that normalize rows and images, and what adaptive norms add to them. */
public interface NormOps extends ElementwiseOps, MovementOps {
  /**
   * Root-mean-square norm of each row: {@code y = x / sqrt(mean(x²) + epsilon) ⊙ scale}; the scale
   * is applied last (VARIANTS.md 1.5).
   *
   * @param x [.., D]
   * @param scale [D]
   */
  Tensor rmsNorm(Tensor x, Weight scale, double epsilon);

  /**
   * A residual addition and the norm that reads it: {@code sum = x + delta}, {@code norm =
   * rmsNorm(sum, scale, epsilon)}.
   *
   * @param x [.., D]
   * @param delta x's shape
   * @param scale [D]
   */
  default Ops.Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    OpShapes.addRmsNorm(x, delta, scale);
    Tensor sum = add(x, delta);
    return new Ops.Normed(sum, rmsNorm(sum, scale, epsilon));
  }

  /**
   * {@code (x - mean) / sqrt(var + epsilon)} of each row, with the biased variance.
   *
   * @param x [.., D]
   */
  Tensor layerNorm(Tensor x, double epsilon);

  /**
   * {@link #layerNorm(Tensor, double)} {@code ⊙ scale + bias}: {@link #groupNorm} of one group,
   * each row an image of one pixel.
   *
   * @param x [.., D]
   * @param scale [D]
   * @param bias [D]
   */
  default Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    Shape shape = LayerNormShapes.layerNorm(x, scale, bias);
    Tensor pixels = reshape(x, Shape.of(Math.toIntExact(shape.rows()), 1, 1, shape.dim(-1)));
    return reshape(groupNorm(pixels, 1, scale, bias, epsilon), shape);
  }

  /**
   * Group norm of each image (Wu and He, ECCV 2018): group g is the channels {@code g·C/groups ..
   * (g+1)·C/groups − 1}, over all positions; {@code y = (x - mean) / sqrt(var + epsilon) ⊙ scale +
   * bias} with the group's mean and (biased) variance and each channel's scale and bias.
   *
   * @param x [B, h, w, C]
   * @param groups a divisor of C
   * @param scale [C]
   * @param bias [C]
   * @return x's shape
   */
  Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon);

  /**
   * Adaptive layer norm's second half: {@code x ⊙ (1 + scale) + shift} (VARIANTS.md 4.4, 4.5).
   *
   * @param x [B, n, D]
   * @param scale [B, n, D], or [B, 1, D] for all rows of a sequence
   * @param shift scale's shape
   * @return x's shape
   */
  default Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    int n = LayerNormShapes.modulate(x, scale, shift).dim(1);
    return add(add(x, mul(x, forEachRow(scale, n))), forEachRow(shift, n));
  }

  /**
   * A residual addition behind a gate: {@code x + gate ⊙ branch} (VARIANTS.md 4.4, 4.5).
   *
   * @param x [B, n, D]
   * @param branch x's shape
   * @param gate [B, n, D], or [B, 1, D] for all rows of a sequence
   * @return x's shape
   */
  default Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    int n = LayerNormShapes.addGated(x, branch, gate).dim(1);
    return add(x, mul(branch, forEachRow(gate, n)));
  }

  /** [B, n, D] as it is, [B, 1, D] once for each of n rows. */
  private Tensor forEachRow(Tensor rows, int n) {
    if (rows.shape().dim(1) == n) {
      return rows;
    }
    Tensor[] copies = new Tensor[n];
    Arrays.fill(copies, rows);
    return n == 0 ? slice(rows, 1, 0, 0) : concat(1, copies);
  }

  /**
   * Each row divided by max(‖row‖₂, epsilon).
   *
   * @param x [.., D]
   * @return x's shape
   */
  Tensor l2Normalize(Tensor x, double epsilon);
}
