package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import dev.arpg4j.tensor.Bf16;

/**
 * A packed matrix of bfloat16 weights: {@code panel[K][LANES]} words, the weight of lane {@code l}
 * in the low half of word {@code l}, that of lane {@code LANES + l} in its high half.
 */
final class PackedBf16 extends PackedMatrix {
  private static final int LOW_HALF = 0xffff;

  PackedBf16(int outputs, int inputs, int segmentWords) {
    super(outputs, inputs, LANES, segmentWords);
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
    Bf16Tiles.run(rows, width, x, xAt, segment, start + k * LANES, panelWords, depth, c, cAt);
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
    int at = start + k * LANES;
    RowBf16Tiles.run(rows, x, xAt, xStride, segment, at, depth, y, yAt, yStride);
  }

  @Override
  void putLane(int[] segment, int start, int lane, float[] values, int at) {
    int target = start + lane % LANES;
    int shift = lane < LANES ? 0 : Short.SIZE;
    int keep = lane < LANES ? ~LOW_HALF : LOW_HALF;
    for (int k = 0; k < inputs(); k++) {
      int bits = (Bf16.narrow(values[at + k]) & LOW_HALF) << shift;
      segment[target + k * LANES] = segment[target + k * LANES] & keep | bits;
    }
  }

  @Override
  float getLane(int[] segment, int start, int lane, int k) {
    int word = segment[start + k * LANES + lane % LANES];
    return Bf16.widen((short) (lane < LANES ? word : word >>> Short.SIZE));
  }
}
