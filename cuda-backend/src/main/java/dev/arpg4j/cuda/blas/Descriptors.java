package dev.arpg4j.cuda.blas;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSA;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSB;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_PEDANTIC;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_N;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_T;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescSetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutSetAttribute;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16BF;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;

import dev.arpg4j.cuda.kernel.Element;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A product as the library wants it described. float32 is computed pedantically, that is in float32
 * and nothing shorter; bfloat16 with float32 sums.
 */
record Descriptors(
    Product product,
    cublasLtMatmulDescOpaque_t operation,
    cublasLtMatrixLayoutOpaque_t a,
    cublasLtMatrixLayoutOpaque_t b,
    cublasLtMatrixLayoutOpaque_t d)
    implements AutoCloseable {

  static Descriptors of(Product product) {
    return new Descriptors(
        product,
        operation(product),
        layout(
            product, product.element(), product.rowsOfA(), product.columnsOfA(), product.strideA()),
        layout(
            product, product.element(), product.rowsOfB(), product.columnsOfB(), product.strideB()),
        layout(product, product.result(), product.rows(), product.columns(), product.strideD()));
  }

  private static cublasLtMatmulDescOpaque_t operation(Product product) {
    boolean single = product.element() == Element.F32;
    try (PointerPointer<Pointer> made = new PointerPointer<>(1);
        IntPointer transposeA = new IntPointer(1).put(operator(product.transposeA()));
        IntPointer transposeB = new IntPointer(1).put(operator(product.transposeB()))) {
      BlasLt.check(
          "cublasLtMatmulDescCreate",
          cublasLtMatmulDescCreate(
              made, single ? CUBLAS_COMPUTE_32F_PEDANTIC : CUBLAS_COMPUTE_32F, CUDA_R_32F));
      var operation = new cublasLtMatmulDescOpaque_t(made.get(0));
      BlasLt.check(
          "cublasLtMatmulDescSetAttribute",
          cublasLtMatmulDescSetAttribute(
              operation, CUBLASLT_MATMUL_DESC_TRANSA, transposeA, Integer.BYTES));
      BlasLt.check(
          "cublasLtMatmulDescSetAttribute",
          cublasLtMatmulDescSetAttribute(
              operation, CUBLASLT_MATMUL_DESC_TRANSB, transposeB, Integer.BYTES));
      return operation;
    }
  }

  private static int operator(boolean transpose) {
    return transpose ? CUBLAS_OP_T : CUBLAS_OP_N;
  }

  private static cublasLtMatrixLayoutOpaque_t layout(
      Product product, Element element, int rows, int columns, long stride) {
    int type = element == Element.F32 ? CUDA_R_32F : CUDA_R_16BF;
    try (PointerPointer<Pointer> made = new PointerPointer<>(1);
        IntPointer batch = new IntPointer(1).put(product.batch());
        LongPointer offset = new LongPointer(1).put(stride)) {
      BlasLt.check(
          "cublasLtMatrixLayoutCreate",
          cublasLtMatrixLayoutCreate(made, type, rows, columns, rows));
      var layout = new cublasLtMatrixLayoutOpaque_t(made.get(0));
      if (product.batch() > 1) {
        set(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, batch, Integer.BYTES);
        set(layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, offset, Long.BYTES);
      }
      return layout;
    }
  }

  private static void set(
      cublasLtMatrixLayoutOpaque_t layout, int attribute, Pointer value, long bytes) {
    BlasLt.check(
        "cublasLtMatrixLayoutSetAttribute",
        cublasLtMatrixLayoutSetAttribute(layout, attribute, value, bytes));
  }

  @Override
  public void close() {
    BlasLt.check("cublasLtMatrixLayoutDestroy", cublasLtMatrixLayoutDestroy(a));
    BlasLt.check("cublasLtMatrixLayoutDestroy", cublasLtMatrixLayoutDestroy(b));
    BlasLt.check("cublasLtMatrixLayoutDestroy", cublasLtMatrixLayoutDestroy(d));
    BlasLt.check("cublasLtMatmulDescDestroy", cublasLtMatmulDescDestroy(operation));
  }
}
