package dev.arpg4j.cuda.blas;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Images;
import dev.arpg4j.cuda.kernel.Images.Extents;
import dev.arpg4j.cuda.kernel.Images.Window;
import dev.arpg4j.cuda.kernel.Rowwise;

/**
 * One convolution as a matrix product: the patches under the window, [rows, kh·kw·C] for some
 * pixels of the result at a time, by the kernel [O, kh·kw·C], then the bias. The product is float32
 * in either type, so that a result is rounded once, with its bias.
 *
 * <p>A part is small enough for a cache, which holds its patches until the product has read them;
 * so memory does not grow with the image. A window that is one pixel and passes over each of them
 * needs no patches: the image is the matrix.
 *
 * @param to the result; its channels are the kernel's outputs
 */
public record Convolution(Element element, Extents from, Window window, Extents to) {
  /** Of a part's patches and sums: the second-level cache of compute capability 8.0 has 40 MiB. */
  public static final long PART_BYTES = 32L << 20;

  /** Rows of a part are a multiple of this, so that parts are aligned and tiles are full. */
  private static final int STEP = 128;

  private static final long ALIGNMENT = 256;

  /** Whether the image is the matrix, whose address then has to suit products. */
  public boolean isPointwise() {
    return window.taps() == 1 && window.stride() == 1 && to.rows() == from.rows();
  }

  /** Bytes of scratch that {@link #run} needs. */
  public long scratchBytes() {
    int rows = rowsOfAPart();
    return bytesOfPatches(rows) + rows * sumBytes();
  }

  /**
   * Enqueues it.
   *
   * @param x [from]
   * @param kernel [O, kh·kw·C]
   * @param bias [O] float32
   * @param y [to]
   * @param scratch {@link #scratchBytes} bytes, aligned to 256
   */
  public void run(
      MatrixProducts products,
      Images images,
      Rowwise rowwise,
      long x,
      long kernel,
      long bias,
      long y,
      long scratch) {
    int rows = rowsOfAPart();
    long apart = scratch + bytesOfPatches(rows);
    for (int first = 0; first < to.rows(); first += rows) {
      int some = Math.min(rows, to.rows() - first);
      long matrix = scratch;
      if (isPointwise()) {
        matrix = x + first * patchBytes();
      } else {
        images.patches(x, matrix, from, to, window, first, some);
      }
      long result = y + (long) first * to.channels() * element.bytes();
      long sums = sumBytes() > 0 ? apart : result;
      products.patches(matrix, kernel, sums, some, to.channels(), inputs());
      rowwise.addBiasToSums(sums, bias, result, some, to.channels());
    }
  }

  /** The length of a patch. */
  private int inputs() {
    return Math.multiplyExact(window.taps(), from.channels());
  }

  /** Of one row. */
  private long patchBytes() {
    return (long) inputs() * element.bytes();
  }

  /** Of one row, where sums are no results and have a place of their own. */
  private long sumBytes() {
    return element == Element.F32 ? 0 : (long) to.channels() * Float.BYTES;
  }

  private long bytesOfPatches(int rows) {
    return isPointwise() ? 0 : Math.ceilDiv(rows * patchBytes(), ALIGNMENT) * ALIGNMENT;
  }

  /** Parts of about the same length, none of them long; all rows where nothing is written down. */
  private int rowsOfAPart() {
    if (to.rows() == 0) {
      return 0;
    }
    long written = sumBytes() + (isPointwise() ? 0 : patchBytes());
    long most = written == 0 ? to.rows() : Math.max(PART_BYTES / written / STEP, 1) * STEP;
    long parts = Math.ceilDiv(to.rows(), most);
    long rows = Math.ceilDiv(Math.ceilDiv(to.rows(), parts), (long) STEP) * STEP;
    return (int) Math.min(rows, to.rows());
  }
}
