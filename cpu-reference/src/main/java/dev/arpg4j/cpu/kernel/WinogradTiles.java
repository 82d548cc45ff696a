package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * What {@link Winograd} multiplies by its kernel: for each 2x2 pixels of the result, the 4x4 pixels
 * d under the kernel there as B^T d B, 16 times C values. Not for several threads at once.
 */
final class WinogradTiles implements Activations {
  /** Channels that are transformed together: with those of a whole tile, they stay in L1. */
  private static final int CHUNK = 32;

  /** Values of one row's chunk. */
  private static final int ROW = Winograd.POSITIONS * CHUNK;

  private final ImageWindow window;
  private final boolean doubled;
  private final float[] x;
  private final int offset;
  private final float[] transformed = new float[RowTiles.MAX_HEIGHT * ROW];

  /** Where the 4x4 pixels of each row begin. */
  private final float[][] sources = new float[RowTiles.MAX_HEIGHT][];

  private final int[] starts = new int[RowTiles.MAX_HEIGHT];

  /** Copies of 4x4 pixels that reach over the edge. */
  private final float[][] patches = new float[RowTiles.MAX_HEIGHT][];

  /**
   * @param x images {@code [B, h, w, C]} from {@code offset} on
   * @param doubled whether each pixel of x stands for 2x2 of the window's; then it is {@code [B, h
   *     / 2, w / 2, C]}
   */
  WinogradTiles(ImageWindow window, boolean doubled, float[] x, int offset) {
    this.window = window;
    this.doubled = doubled;
    this.x = x;
    this.offset = offset;
  }

  @Override
  public void pack(int row, int rows, int height, float[] to, int at) {
    int channels = window.channels();
    int across = Winograd.across(window);
    int down = Winograd.down(window);
    for (int i = 0; i < rows; i++) {
      int line = (row + i) / across;
      int top = 2 * (line % down) - window.top();
      int left = 2 * ((row + i) % across) - window.left();
      locate(i, line / down, top, left);
    }
    for (int c = 0; c < channels; c += CHUNK) {
      int count = Math.min(CHUNK, channels - c);
      for (int i = 0; i < rows; i++) {
        transform(sources[i], starts[i] + c, count, i * ROW);
      }
      for (int p = 0; p < Winograd.POSITIONS; p++) {
        if (!Winograd.vanishes(p, doubled)) {
          interleave(p * CHUNK, rows, count, height, to, at + (p * channels + c) * height);
        }
      }
    }
  }

  /** Finds the 4x4 pixels whose corner is at ({@code top}, {@code left}). */
  private void locate(int row, int image, int top, int left) {
    int channels = window.channels();
    if (top >= 0 && top + 4 <= window.height() && left >= 0 && left + 4 <= window.width()) {
      sources[row] = x;
      starts[row] = at(image, top, left);
    } else {
      if (patches[row] == null) {
        patches[row] = new float[Winograd.POSITIONS * channels];
      }
      copy(image, top, left, patches[row]);
      sources[row] = patches[row];
      starts[row] = 0;
    }
  }

  /** Where a pixel of the window's images is. */
  private int at(int image, int line, int column) {
    int scale = doubled ? 2 : 1;
    int pixel =
        (image * (window.height() / scale) + line / scale) * (window.width() / scale)
            + column / scale;
    return offset + pixel * window.channels();
  }

  /** Copies 4x4 pixels, zeros where there are none. */
  private void copy(int image, int top, int left, float[] patch) {
    int channels = window.channels();
    Arrays.fill(patch, 0f);
    for (int line = Math.max(top, 0); line < Math.min(top + 4, window.height()); line++) {
      for (int column = Math.max(left, 0); column < Math.min(left + 4, window.width()); column++) {
        int to = (4 * (line - top) + column - left) * channels;
        System.arraycopy(x, at(image, line, column), patch, to, channels);
      }
    }
  }

  /** Transforms some channels of 4x4 pixels. */
  private void transform(float[] d, int at, int count, int to) {
    boolean copied = d != x;
    int pixel = window.channels();
    int line = copied ? 4 * pixel : doubled ? window.width() / 2 * pixel : window.width() * pixel;
    // In a doubled image the second and the third are the same, since the first is an odd one.
    int third = copied || !doubled ? 2 : 1;
    for (int c = 0; c < count; c += LANES) {
      column(d, at + c, line, third, to + c);
      column(d, at + pixel + c, line, third, to + CHUNK + c);
      column(d, at + third * pixel + c, line, third, to + 2 * CHUNK + c);
      column(d, at + (third + 1) * pixel + c, line, third, to + 3 * CHUNK + c);
      for (int u = 0; u < 4; u++) {
        int place = to + 4 * u * CHUNK + c;
        FloatVector d0 = FloatVector.fromArray(FLOATS, transformed, place);
        FloatVector d1 = FloatVector.fromArray(FLOATS, transformed, place + CHUNK);
        FloatVector d2 = FloatVector.fromArray(FLOATS, transformed, place + 2 * CHUNK);
        FloatVector d3 = FloatVector.fromArray(FLOATS, transformed, place + 3 * CHUNK);
        d0.sub(d2).intoArray(transformed, place);
        d1.add(d2).intoArray(transformed, place + CHUNK);
        d2.sub(d1).intoArray(transformed, place + 2 * CHUNK);
        d1.sub(d3).intoArray(transformed, place + 3 * CHUNK);
      }
    }
  }

  private void column(float[] d, int at, int line, int third, int to) {
    FloatVector d0 = FloatVector.fromArray(FLOATS, d, at);
    FloatVector d1 = FloatVector.fromArray(FLOATS, d, at + line);
    FloatVector d2 = FloatVector.fromArray(FLOATS, d, at + third * line);
    FloatVector d3 = FloatVector.fromArray(FLOATS, d, at + (third + 1) * line);
    d0.sub(d2).intoArray(transformed, to);
    d1.add(d2).intoArray(transformed, to + 4 * CHUNK);
    d2.sub(d1).intoArray(transformed, to + 8 * CHUNK);
    d1.sub(d3).intoArray(transformed, to + 12 * CHUNK);
  }

  /** Puts the rows' values side by side. */
  private void interleave(int from, int rows, int count, int height, float[] to, int at) {
    if (height == 6) {
      for (int k = 0; k < count; k++) {
        int place = at + 6 * k;
        int value = from + k;
        to[place] = transformed[value];
        to[place + 1] = transformed[value + ROW];
        to[place + 2] = transformed[value + 2 * ROW];
        to[place + 3] = transformed[value + 3 * ROW];
        to[place + 4] = transformed[value + 4 * ROW];
        to[place + 5] = transformed[value + 5 * ROW];
      }
    } else {
      for (int i = 0; i < rows; i++) {
        Activations.scatter(transformed, from + i * ROW, count, height, to, at + i);
      }
    }
  }
}
