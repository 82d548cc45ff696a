package dev.arpg4j.cpu.kernel;

/**
 * A packed matrix of float32 weights: {@code panel[K][PANEL]}, as bits, since the tiles are faster
 * when they load ints ({@code TileGenerator} tells why).
 */
final class PackedF32 extends PackedMatrix {
  PackedF32(int outputs, int inputs, int segmentWords) {
    super(outputs, inputs, PANEL, segmentWords);
  }

  @Override
  void tile(
      int rows,
      int width,
      float[] x,
      int xAt,
      int[] segment,
      int start,
      int k,
      int panelWords,
      int depth,
      float[] c,
      int cAt) {
    F32Tiles.run(rows, width, x, xAt, segment, start + k * PANEL, panelWords, depth, c, cAt);
  }

  @Override
  void rowTile(
      int rows,
      float[] x,
      int xAt,
      int xStride,
      int[] segment,
      int start,
      int k,
      int depth,
      float[] y,
      int yAt,
      int yStride) {
    int at = start + k * PANEL;
    RowF32Tiles.run(rows, x, xAt, xStride, segment, at, depth, y, yAt, yStride);
  }

  @Override
  void putLane(int[] segment, int start, int lane, float[] values, int at) {
    for (int k = 0; k < inputs(); k++) {
      segment[start + k * PANEL + lane] = Float.floatToRawIntBits(values[at + k]);
    }
  }

  @Override
  float getLane(int[] segment, int start, int lane, int k) {
    return Float.intBitsToFloat(segment[start + k * PANEL + lane]);
  }
}
