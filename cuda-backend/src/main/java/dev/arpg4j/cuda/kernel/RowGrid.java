package dev.arpg4j.cuda.kernel;

/**
 * How kernels that move rows share them out: {@code 2^shift} neighbouring threads to a row, several
 * short rows to a block, and long rows over several blocks along y.
 *
 * @param shift log2 of the threads of a row, 0..8; the kernels' argument {@code rowShift}
 */
record RowGrid(Geometry geometry, int shift) {
  private static final int BLOCK = 256;
  private static final int VECTORS_A_THREAD = 4;

  /** For rows of {@code width} entries, read as 16-byte vectors where they are aligned. */
  static RowGrid of(long rows, long width, Element element) {
    long vectors = Math.max(1, Geometry.divideUp(width, element.perVector()));
    int shift = 0;
    while (1 << shift < BLOCK && 1 << shift < vectors) {
      shift++;
    }
    long blocks = Geometry.divideUp(rows, BLOCK >> shift);
    long across = Geometry.divideUp(vectors, (long) VECTORS_A_THREAD << shift);
    int gridY = (int) Math.min(across, 65535);
    return new RowGrid(new Geometry(Math.toIntExact(blocks), gridY, 1, BLOCK, 0), shift);
  }
}
