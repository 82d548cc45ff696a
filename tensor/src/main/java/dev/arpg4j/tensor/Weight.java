package dev.arpg4j.tensor;

/**
 * A handle on a learned parameter. The backend packs its values for the use at hand (rows to embed,
 * panels to multiply), so the same handle may be an embedding table and a tied head. Its values
 * change only through {@link Backend#assign}, which bumps the version and re-packs.
 */
public interface Weight {
  /** The published parameter name, for messages. */
  String name();

  /**
   * [out, in] for a linear map, [rows, D] for a table, [D] for a scale, [O, C, kh, kw] for a
   * kernel.
   */
  Shape shape();

  /** F32, BF16 or F64. */
  DType storage();

  /** Counts assignments, from 0. */
  long version();

  /** What a weight will be read as, declared when it is loaded so that it is packed once. */
  enum Use {
    /** Row by row: embeddings, norm scales, biases. */
    ROWS,
    /** As the right-hand side of {@link Ops#linear}. */
    PANELS,
    /** As the kernel of {@link Ops#conv2d}. */
    KERNEL
  }
}
