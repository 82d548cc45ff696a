package dev.arpg4j.judge;

import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealMatrix;

/**
 * The squared Fréchet distance of normal distributions to a reference, {@code |μ₁ − μ₂|² + tr(Σ₁ +
 * Σ₂ − 2 (Σ₁ Σ₂)^½)} (Heusel et al., "GANs trained by a two time-scale update rule", NeurIPS 2017,
 * section 3; Dowson and Landau, 1982). {@code Σ₁ Σ₂} has the eigenvalues of the symmetric {@code
 * Σ₁^½ Σ₂ Σ₁^½}, so that two symmetric eigendecompositions give the trace, without the complex
 * rounding that a general matrix square root suffers. Where rounding makes an eigenvalue, or the
 * sum, fall below 0, it is taken for 0.
 */
public final class FrechetDistance {
  private final double[] mean;
  private final RealMatrix covariance;
  private final RealMatrix root;

  /** Distances to {@code reference}. */
  public FrechetDistance(Gaussian reference) {
    this.mean = reference.mean();
    this.covariance = reference.covariance();
    this.root = root(covariance);
  }

  /**
   * The distance of a distribution over as many features.
   *
   * @return 0 or more, in the features' unit squared
   */
  public double of(Gaussian sample) {
    double[] other = sample.mean();
    if (other.length != mean.length) {
      throw new IllegalArgumentException(
          "%d features; expected the reference's %d".formatted(other.length, mean.length));
    }
    double squares = 0;
    for (int i = 0; i < mean.length; i++) {
      double difference = other[i] - mean[i];
      squares += difference * difference;
    }
    RealMatrix spread = sample.covariance();
    RealMatrix product = symmetric(root.multiply(spread).multiply(root));
    double cross = 0;
    for (double eigenvalue : new EigenDecompositionSymmetric(product).getEigenvalues()) {
      cross += Math.sqrt(Math.max(0, eigenvalue));
    }
    return Math.max(0, squares + covariance.getTrace() + spread.getTrace() - 2 * cross);
  }

  /** The symmetric square root; the library's own refuses the zeros that few samples leave. */
  private static RealMatrix root(RealMatrix covariance) {
    EigenDecompositionSymmetric parts = new EigenDecompositionSymmetric(covariance);
    RealMatrix vectors = parts.getV();
    RealMatrix scaled = vectors.copy();
    double[] eigenvalues = parts.getEigenvalues();
    for (int j = 0; j < eigenvalues.length; j++) {
      double factor = Math.sqrt(Math.max(0, eigenvalues[j]));
      for (int i = 0; i < eigenvalues.length; i++) {
        scaled.multiplyEntry(i, j, factor);
      }
    }
    return symmetric(scaled.multiplyTransposed(vectors));
  }

  /** Without the last bits in which rounding made the halves differ. */
  private static RealMatrix symmetric(RealMatrix matrix) {
    return matrix.add(matrix.transpose()).scalarMultiply(0.5);
  }
}
