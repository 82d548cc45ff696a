package dev.arpg4j.cpu.kernel;

/** A packed matrix of float32 weights: {@code panel[K][PANEL]}. */
final class PackedF32 extends PackedMatrix {
  private final int panelElements;
  private final float[][] segments;

  PackedF32(int outputs, int inputs, int segmentElements) {
    this(outputs, inputs, panelElements(outputs, inputs, PANEL), segmentElements);
  }

  private PackedF32(int outputs, int inputs, int panelElements, int segmentElements) {
    super(outputs, inputs, panelElements, segmentElements);
    this.panelElements = panelElements;
    segments = new float[segments()][];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new float[panelsInSegment(i) * panelElements];
    }
  }

  @Override
  public long bytes() {
    return (long) panels() * panelElements * Float.BYTES;
  }

  @Override
  void putLane(int panel, int lane, int k, int depth, float[] values, int at, int stride) {
    float[] w = segments[segment(panel)];
    int target = placeInSegment(panel) * panelElements + k * PANEL + lane;
    for (int i = 0; i < depth; i++) {
      w[target + i * PANEL] = values[at + i * stride];
    }
  }

  @Override
  float getLane(int panel, int lane, int k) {
    return segments[segment(panel)][placeInSegment(panel) * panelElements + k * PANEL + lane];
  }

  @Override
  void tile(
      int rows,
      int width,
      float[] x,
      int xAt,
      int xGroup,
      int panel,
      int k,
      int depth,
      float[] c,
      int cAt) {
    float[] w = segments[segment(panel)];
    int wAt = placeInSegment(panel) * panelElements + k * PANEL;
    F32Tiles.run(rows, width, x, xAt, xGroup, w, wAt, panelElements, depth, c, cAt);
  }

  @Override
  int groupRows(int rows) {
    return F32Tiles.groupRows(rows);
  }
}
