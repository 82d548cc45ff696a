package dev.arpg4j.cuda.blas;

import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of product is computed, decided once.
 *
 * @param algorithm null if the library cannot do that
 */
record Plan(Descriptors descriptors, @Nullable cublasLtMatmulAlgo_t algorithm)
    implements AutoCloseable {
  /** The same in another way, or in none. */
  Plan by(@Nullable cublasLtMatmulAlgo_t other) {
    return new Plan(descriptors, other);
  }

  @Override
  public void close() {
    descriptors.close();
    if (algorithm != null) {
      algorithm.close();
    }
  }
}
