package dev.arpg4j.cuda.blas;

import dev.arpg4j.cuda.kernel.Element;

/**
 * One kind of product in column-major terms: {@code D[b] = op(A[b]) op(B[b])} for each of {@code
 * batch} triples. Every matrix is dense; strides are in elements between neighbours of a batch, 0
 * for one matrix that serves all.
 *
 * @param element of A and B
 * @param result of D
 * @param rows of D and op(A)
 * @param columns of D and op(B)
 * @param inner columns of op(A), rows of op(B)
 * @param alignment what the three addresses are multiples of, at least
 * @param reference the columns for which a float32 algorithm is chosen, whatever their number is
 */
record Product(
    Element element,
    Element result,
    int rows,
    int columns,
    int inner,
    boolean transposeA,
    boolean transposeB,
    int batch,
    long strideA,
    long strideB,
    long strideD,
    int alignment,
    int reference) {
  /** About as many rows as a step of a decode has. */
  static final int ROWS_OF_A_STEP = 64;

  /** About as many as a part of an image has, or a batch that is trained on. */
  static final int ROWS_OF_AN_IMAGE = 4096;

  /** What every operand's address is a multiple of: the length of a vector load. */
  static final int VECTOR = 16;

  /** What the addresses of whole blocks are multiples of: the library's own expectation. */
  static final int BLOCK = 256;

  /** y [M, O] = x [M, K] W [O, K]ᵀ, all row-major. */
  static Product linear(Element element, int count, int outputs, int inputs) {
    return new Product(
        element, element, outputs, count, inputs, true, false, 1, 0, 0, 0, VECTOR, ROWS_OF_A_STEP);
  }

  /** As {@link #linear} with rows by the thousand, y float32 whatever x and W are. */
  static Product patches(Element element, int count, int outputs, int inputs) {
    return new Product(
        element,
        Element.F32,
        outputs,
        count,
        inputs,
        true,
        false,
        1,
        0,
        0,
        0,
        VECTOR,
        ROWS_OF_AN_IMAGE);
  }

  /** dx [M, K] = dy [M, O] W [O, K], all row-major. */
  static Product linearBackward(Element element, int count, int outputs, int inputs) {
    return new Product(
        element,
        element,
        inputs,
        count,
        outputs,
        false,
        false,
        1,
        0,
        0,
        0,
        VECTOR,
        ROWS_OF_AN_IMAGE);
  }

  /** dW [O, K] = dyᵀ [O, M] x [M, K], all row-major, dW float32 whatever x and dy are. */
  static Product linearWeightBackward(Element element, int count, int outputs, int inputs) {
    return new Product(
        element,
        Element.F32,
        inputs,
        outputs,
        count,
        false,
        true,
        1,
        0,
        0,
        0,
        VECTOR,
        ROWS_OF_AN_IMAGE);
  }

  /** As {@link #linear}, one x by several weights that lie {@code strideW} apart. */
  static Product linearEach(
      Element element,
      int count,
      int outputs,
      int inputs,
      int weights,
      long strideW,
      long strideY) {
    return new Product(
        element,
        element,
        outputs,
        count,
        inputs,
        true,
        false,
        weights,
        strideW,
        0,
        strideY,
        VECTOR,
        ROWS_OF_A_STEP);
  }

  /** c[b] [p, r] = op(a[b]) op(b[b]), all row-major; so B's operand comes first. */
  static Product batched(
      Element element, int batch, int p, int q, int r, boolean transposeA, boolean transposeB) {
    return new Product(
        element,
        element,
        r,
        p,
        q,
        transposeB,
        transposeA,
        batch,
        (long) q * r,
        (long) p * q,
        (long) p * r,
        VECTOR,
        ROWS_OF_A_STEP);
  }

  /** The same product, told how well its operands lie. */
  Product at(long a, long b, long d) {
    return (a | b | d) % BLOCK == 0
        ? new Product(
            element,
            result,
            rows,
            columns,
            inner,
            transposeA,
            transposeB,
            batch,
            strideA,
            strideB,
            strideD,
            BLOCK,
            reference)
        : this;
  }

  /** The same product of the reference columns and one batch entry. */
  Product alone() {
    return new Product(
        element,
        result,
        rows,
        reference,
        inner,
        transposeA,
        transposeB,
        1,
        0,
        0,
        0,
        VECTOR,
        reference);
  }

  /** Whether there is nothing to compute. */
  boolean isEmpty() {
    return rows == 0 || columns == 0 || batch == 0;
  }

  int rowsOfA() {
    return transposeA ? inner : rows;
  }

  int columnsOfA() {
    return transposeA ? rows : inner;
  }

  int rowsOfB() {
    return transposeB ? columns : inner;
  }

  int columnsOfB() {
    return transposeB ? inner : columns;
  }
}
