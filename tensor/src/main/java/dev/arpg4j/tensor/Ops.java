package dev.arpg4j.tensor;

/**
 * Everything a model can say. Model code is written once against this interface and never knows who
 * listens: a backend computes, an interpreter counts, times, checks or compares.
 *
 * <p>Results are new tensors in the calling thread's innermost {@link Scope}; only {@link #append}
 * and {@link #appendRotated} change anything, namely a cache. Shapes are checked on every call and
 * a misfit is an {@link IllegalArgumentException} that begins with the op's name (the rules are in
 * {@link OpShapes}, {@link LayerNormShapes}, {@link ImageShapes} and {@link GradientShapes}).
 *
 * <p>A fused op is a default method whose body is its definition in simpler ops; backends override
 * it to be fast, and the tests hold override and definition together.
 *
 * <p>An index tensor (positions, {@code visibleEnd}, ids) of shape [n] serves every batch row; one
 * of shape [I, n] serves batch row {@code b} of B = k·I rows with its row {@code b mod I}. Batch
 * rows are ordered [branch, image], so the images' positions serve all guidance branches.
 *
 * <p>Positions and attention stand here; the others are inherited by topic.
 */
public interface Ops extends NormOps, DecodingOps, ImageOps, GradientOps {

  // ---- where we are

  /**
   * Names the part of the model that speaks from now on, until another name is given: for instance
   * {@code "pass 1 / layer 3"}, or "" outside of all parts. It computes nothing and backends ignore
   * it; interpreters put it into their reports.
   */
  default void section(String name) {}

  // ---- positions and attention

  /**
   * Rotary positions: in every head, neighbour pair p of row i, {@code (a, b)}, becomes {@code (a
   * cos - b sin, b cos + a sin)} with the p-th (cos, sin) of table row {@code rows[b mod I, i]}
   * (VARIANTS.md 1.4). A table row of zeros, as the class token has, maps to zero.
   *
   * @param x [B, n, H·d]
   * @param table [R, d/2, 2], (cos, sin) pairs
   * @param rows I32 [n] or [I, n], each in 0..R-1
   * @return [B, n, H·d]
   */
  Tensor rope(Tensor x, Tensor table, Tensor rows, int heads);

  /**
   * Appends keys and values to a cache.
   *
   * @param k [B, n, H·d], already rotated
   * @param v [B, n, H·d]
   * @throws IllegalStateException if the capacity does not suffice
   */
  void append(KvCache cache, Tensor k, Tensor v);

  /**
   * {@link #append} of keys that are not rotated yet: {@code append(cache, rope(k, table, rows),
   * v)}.
   *
   * @param k [B, n, H·d]
   * @param v [B, n, H·d], which stay as they are
   * @param table [R, d/2, 2], as in {@link #rope}
   * @param rows I32 [n] or [I, n], each in 0..R-1
   * @throws IllegalStateException if the capacity does not suffice
   */
  default void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    append(cache, rope(k, table, rows, cache.heads()), v);
  }

  /**
   * Prefix attention: row i of batch row b sees the keys {@code 0 .. visibleEnd[b mod I, i]-1} and
   * nothing else. In every head {@code y[i] = Σ_j softmax_j(factor · q[i]·k[j]) v[j]}. Every mask
   * of the family has this form (VARIANTS.md 0); there is no other.
   *
   * @param q [B, n, H·d]
   * @param k [B, m, H·d]
   * @param v [B, m, H·d]
   * @param visibleEnd I32 [n] or [I, n], each in 1..m
   * @param factor of the scores, 1/√d in ARPG
   * @return [B, n, H·d]
   * @throws IndexOutOfBoundsException if an end is outside
   */
  Tensor attention(Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor);

  /**
   * {@link #attention(Tensor, Tensor, Tensor, Tensor, int, double)} over the rows of a cache.
   *
   * @param q [B, n, H·d]
   * @param visibleEnd I32 [n] or [I, n], each in 1..cache.length()
   * @return [B, n, H·d]
   */
  default Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    return attention(q, cache.keys(), cache.values(), visibleEnd, cache.heads(), factor);
  }

  /**
   * {@link #attention(Tensor, KvCache, Tensor, double)} of queries that are not rotated yet.
   *
   * @param q [B, n, H·d]
   * @param table [R, d/2, 2], as in {@link #rope}
   * @param rows I32 [n] or [I, n], each in 0..R-1
   * @param visibleEnd I32 [n] or [I, n], each in 1..cache.length()
   * @return [B, n, H·d]
   */
  default Tensor attentionRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd, double factor) {
    return attention(rope(q, table, rows, cache.heads()), cache, visibleEnd, factor);
  }

  // ---- what ops take and give

  /**
   * What {@link #addRmsNorm} gives, both of its operands' shape.
   *
   * @param sum the residual stream
   * @param norm the stream normalized
   */
  record Normed(Tensor sum, Tensor norm) {}

  /**
   * Zeros around an image.
   *
   * @param top rows above, 0 or more, and so on
   */
  record Padding(int top, int bottom, int left, int right) {
    /** None. */
    public static final Padding NONE = all(0);

    public Padding {
      if (top < 0 || bottom < 0 || left < 0 || right < 0) {
        throw new IllegalArgumentException(
            "padding %d, %d, %d, %d: expected 0 or more".formatted(top, bottom, left, right));
      }
    }

    /** The same on every side. */
    public static Padding all(int width) {
      return new Padding(width, width, width, width);
    }
  }

  /** How {@link #resize} finds values between the cells. */
  enum Resampling {
    NEAREST,
    AREA,
    BICUBIC
  }
}
