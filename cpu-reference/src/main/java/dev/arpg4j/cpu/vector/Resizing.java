package dev.arpg4j.cpu.vector;

import java.util.Arrays;

/** Images of another size whose pixels are weighted sums of pixels. */
final class Resizing {
  private Resizing() {}

  /** y[b, i, j, :] = Σ_u Σ_v rows_i(u) columns_j(v) x[b, u, v, :], in that order. */
  static void resize(VectorTensor x, Taps rows, Taps columns, VectorTensor y, Split split) {
    int height = y.shape().dim(1);
    int taps = rows.places().length / height * columns.places().length / y.shape().dim(2);
    split.over(
        y.shape().dim(0) * height,
        (long) taps * y.size(),
        (from, to) -> {
          for (int line = from; line < to; line++) {
            line(x, line / height, rows, line % height, columns, y, line);
          }
        });
  }

  private static void line(
      VectorTensor x, int image, Taps rows, int i, Taps columns, VectorTensor y, int line) {
    int width = y.shape().dim(2);
    int channels = y.shape().dim(3);
    Arrays.fill(y.floats(), line * width * channels, (line + 1) * width * channels, 0);
    for (int u = rows.starts()[i]; u < rows.starts()[i + 1]; u++) {
      int source = (image * x.shape().dim(1) + rows.places()[u]) * x.shape().dim(2);
      for (int j = 0; j < width; j++) {
        int to = (line * width + j) * channels;
        for (int v = columns.starts()[j]; v < columns.starts()[j + 1]; v++) {
          float weight = (float) (rows.weights()[u] * columns.weights()[v]);
          int at = x.offset() + (source + columns.places()[v]) * channels;
          Elementwise.accumulate(x.floats(), at, weight, y.floats(), to, channels);
        }
      }
    }
  }
}
