package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.LANES;

/**
 * A packed matrix of bfloat16 weights: {@code panel[K][LANES]} words, the weight of lane {@code l}
 * in the low half of word {@code l}, that of lane {@code LANES + l} in its high half.
 */
final class PackedBf16 extends PackedMatrix {
  private static final int LOW_HALF = 0xffff;

  private final int panelElements;
  private final int[][] segments;

  PackedBf16(int outputs, int inputs, int segmentElements) {
    this(outputs, inputs, panelElements(outputs, inputs, LANES), segmentElements);
  }

  private PackedBf16(int outputs, int inputs, int panelElements, int segmentElements) {
    super(outputs, inputs, panelElements, segmentElements);
    this.panelElements = panelElements;
    segments = new int[segments()][];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new int[panelsInSegment(i) * panelElements];
    }
  }

  @Override
  public long bytes() {
    return (long) panels() * panelElements * Integer.BYTES;
  }

  @Override
  void putLane(int panel, int lane, int k, int depth, float[] values, int at, int stride) {
    int[] w = segments[segment(panel)];
    int target = placeInSegment(panel) * panelElements + k * LANES + lane % LANES;
    int shift = lane < LANES ? 0 : Short.SIZE;
    int keep = lane < LANES ? ~LOW_HALF : LOW_HALF;
    for (int i = 0; i < depth; i++) {
      int bits = (Bf16.narrow(values[at + i * stride]) & LOW_HALF) << shift;
      w[target + i * LANES] = (w[target + i * LANES] & keep) | bits;
    }
  }

  @Override
  float getLane(int panel, int lane, int k) {
    int word = segments[segment(panel)][wordIndex(panel, lane, k)];
    return Bf16.widen((short) (lane < LANES ? word : word >>> Short.SIZE));
  }

  private int wordIndex(int panel, int lane, int k) {
    return placeInSegment(panel) * panelElements + k * LANES + lane % LANES;
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
    int[] w = segments[segment(panel)];
    int wAt = placeInSegment(panel) * panelElements + k * LANES;
    Bf16Tiles.run(rows, width, x, xAt, xGroup, w, wAt, panelElements, depth, c, cAt);
  }

  @Override
  int groupRows(int rows) {
    return Bf16Tiles.groupRows(rows);
  }
}
