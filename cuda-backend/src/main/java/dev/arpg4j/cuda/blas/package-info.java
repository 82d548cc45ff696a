/**
 * Matrix products by cuBLASLt.
 *
 * <p>Start at {@link dev.arpg4j.cuda.blas.MatrixProducts}: what the backend asks for. A {@link
 * dev.arpg4j.cuda.blas.Product} is one question, {@link dev.arpg4j.cuda.blas.Plan} the answer that
 * is kept (descriptors and algorithm), {@link dev.arpg4j.cuda.blas.PlanSearch} measures candidates,
 * {@link dev.arpg4j.cuda.blas.BlasLt} holds the library. {@link dev.arpg4j.cuda.blas.Convolution}
 * is products of an image's patches.
 *
 * <p>Matrices of this project are row-major and the library's column-major: a row-major [r, c] is a
 * column-major [c, r], so {@code y = x Wᵀ} is asked for as {@code yᵀ = W xᵀ}.
 *
 * <p>Tests: {@code CudaProductsTest} and {@code CudaImagesTest} in the package above, {@code
 * PlanSearchTest}, and {@code StandInProductsTest} of the library that both stand on.
 */
@NullMarked
package dev.arpg4j.cuda.blas;

import org.jspecify.annotations.NullMarked;
