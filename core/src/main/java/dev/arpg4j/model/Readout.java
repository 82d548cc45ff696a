package dev.arpg4j.model;

/** Which rows the head reads (VARIANTS.md 1.11). */
public enum Readout {
  /** The pass-2 rows: each [MASK] query predicts the cell it is rotated to. */
  QUERY_ROWS,
  /**
   * The newest pass-1 row predicts the next cell in order, as in a raster decoder; there are no
   * cross layers and one cell a step.
   */
  CONTENT_ROWS
}
