package dev.arpg4j.cpu.vector;

/** Gradients of ops that look at one whole row, as {@link Rows} computes them. */
final class RowSlopes {
  private RowSlopes() {}

  /** dx = r (dy − mean(dy) − y mean(dy ⊙ y)), with y the norm of x and r its factor. */
  static void layerNorm(
      float[] x, int xAt, double epsilon, float[] dy, int dyAt, float[] dx, int dxAt, int width) {
    double r = Rows.layerNorm(x, xAt, epsilon, dx, dxAt, width);
    double along = (double) RowSums.dot(dx, dxAt, dy, dyAt, width) / width;
    double mean = (double) RowSums.sum(dy, dyAt, width) / width;
    Elementwise.stretch(dx, dxAt, (float) (-r * along), (float) (-r * mean), width);
    Elementwise.accumulate(dy, dyAt, (float) r, dx, dxAt, width);
  }
}
