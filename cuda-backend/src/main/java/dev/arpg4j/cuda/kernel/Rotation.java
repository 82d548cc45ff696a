package dev.arpg4j.cuda.kernel;

/**
 * Rotary positions (VARIANTS.md 1.4) for rows [B, n, H·d], d even.
 *
 * @param table [tableRows, d/2, 2] float32 (cos, sin) pairs; address 0 for no rotation
 * @param rows the table row of each row, [n] or [I, n]
 */
public record Rotation(long table, int tableRows, Index rows) {
  /** Rows stay as they are. */
  public static final Rotation NONE = new Rotation(0, 0, new Index(0, 1));
}
