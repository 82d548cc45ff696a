package dev.arpg4j.cuda.kernel;

/**
 * The gradients of prefix attention by queries, keys and values, for any head width. Two launches:
 * one passes over the keys for each query, the other over the rows for each key. No sum is shared
 * by warps, so a run gives the same bits as another, and a query's gradient depends on its row and
 * the keys it sees alone.
 */
public final class AttentionBackward {
  private static final String FILE = "attention_backward";
  private static final int MAX_WARPS = 8;

  /** Rows staged at once. */
  private static final int CHUNK = 32;

  /** Of a row and head: the largest score, one over the sum of weights, the mean slope. */
  private static final int STATISTICS = 3;

  /** Every card of compute capability 8.0 and later has 99 KiB; the ends take a little. */
  private static final int SHARED_BYTES = 99 * 1024 - 64;

  private final Launcher launcher;
  private final Element element;

  public AttentionBackward(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /** Rows [batch, n, heads·headDim] over keys and values [batch, m, heads·headDim]. */
  public record Extents(int batch, int n, int m, int heads, int headDim) {}

  /**
   * What attention was given, and the gradient by its result.
   *
   * @param visibleEnd each in 1..m
   * @param dy [batch, n, heads·headDim]
   */
  public record Operands(long q, long keys, long values, Index visibleEnd, float factor, long dy) {}

  /** Gradients of the operands' shapes; none is an operand. */
  public record Gradients(long q, long keys, long values) {}

  /** Bytes of scratch that {@link #backward} needs. */
  public static long scratchBytes(Extents extents) {
    return (long) extents.batch * extents.n * extents.heads * STATISTICS * Float.BYTES;
  }

  /**
   * With weights p = softmax(factor · q kᵀ) of what each row sees: {@code dv = pᵀ dy}, {@code ds =
   * p ⊙ (dy vᵀ − rowsum(p ⊙ dy vᵀ))}, {@code dq = factor · ds k}, {@code dk = factor · dsᵀ q}. Sums
   * are float32.
   *
   * @param scratch {@link #scratchBytes} bytes
   * @param fault gets {@link Fault.Kind#VISIBLE_END}
   * @throws IllegalArgumentException if heads are wider than {@link Attention#MAX_HEAD_DIM}
   */
  public void backward(
      Operands operands, Gradients gradients, Extents extents, long scratch, long fault) {
    if (extents.headDim > Attention.MAX_HEAD_DIM) {
      throw new IllegalArgumentException(
          "attentionBackward: heads of width %d, expected at most %d"
              .formatted(extents.headDim, Attention.MAX_HEAD_DIM));
    }
    if (extents.batch == 0 || extents.heads == 0 || extents.headDim == 0) {
      return;
    }
    if (extents.n > 0) {
      launcher.launch(
          new KernelId(FILE, "attentionOfQueries", element),
          geometry(extents, extents.n),
          behind(operands(operands).address(gradients.q).address(scratch), operands, extents)
              .address(fault));
    }
    if (extents.m > 0) {
      launcher.launch(
          new KernelId(FILE, "attentionOfMemory", element),
          geometry(extents, extents.m),
          behind(
              operands(operands).address(scratch).address(gradients.keys).address(gradients.values),
              operands,
              extents));
    }
  }

  private static Arguments operands(Operands operands) {
    return Arguments.none()
        .address(operands.q)
        .address(operands.keys)
        .address(operands.values)
        .address(operands.visibleEnd.address())
        .address(operands.dy);
  }

  private static Arguments behind(Arguments addresses, Operands operands, Extents extents) {
    return addresses
        .int32(extents.n)
        .int32(extents.m)
        .int32(extents.headDim)
        .int32(operands.visibleEnd.images())
        .float32(operands.factor);
  }

  private static int sharedBytes(int headDim, int warps) {
    return (warps * (4 * headDim + 2 * CHUNK) + CHUNK * (headDim | 1)) * Float.BYTES;
  }

  /** A warp for each of {@code vectors}, as many in a block as its memory holds. */
  private static Geometry geometry(Extents extents, int vectors) {
    int warps = MAX_WARPS;
    while (warps > 1 && sharedBytes(extents.headDim, warps) > SHARED_BYTES) {
      warps /= 2;
    }
    return new Geometry(
        (int) Geometry.divideUp(vectors, warps),
        extents.heads,
        extents.batch,
        warps * Geometry.WARP,
        sharedBytes(extents.headDim, warps));
  }
}
