package dev.arpg4j.cuda.blas;

import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;

/** How one kind of product is computed, decided once. */
record Plan(Descriptors descriptors, cublasLtMatmulAlgo_t algorithm) {}
