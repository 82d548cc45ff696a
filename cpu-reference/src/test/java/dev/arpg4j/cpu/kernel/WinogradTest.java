package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Ops.Padding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fast convolution equals its definition in scalars, rounding by rounding. */
class WinogradTest {
  private static final Workers ALONE = new Workers(1);

  @ParameterizedTest(name = "{0}x{1}x{2}x{3} zeros {4} {5} {6} {7} to {8}")
  @CsvSource({
    "0, 4, 4, 16, 1, 1, 1, 1, 3",
    "1, 1, 1, 16, 1, 1, 1, 1, 3",
    "1, 2, 2, 16, 1, 1, 1, 1, 5",
    "1, 3, 3, 16, 0, 0, 0, 0, 1",
    "1, 1, 4, 32, 4, 3, 5, 2, 2",
    "2, 5, 7, 16, 1, 1, 1, 1, 33",
    "3, 8, 6, 48, 0, 1, 2, 0, 17",
    "1, 16, 16, 80, 1, 1, 1, 1, 40",
    "1, 23, 30, 32, 1, 1, 1, 1, 3",
  })
  void equalsItsDefinition(
      int batch,
      int height,
      int width,
      int channels,
      int top,
      int bottom,
      int left,
      int right,
      int outputs) {
    TestConvolution test =
        TestConvolution.of(
            new int[] {batch, height, width, channels},
            new int[] {outputs, channels, 3, 3},
            1,
            new Padding(top, bottom, left, right));
    float[] published = LinearTest.numbers(outputs * channels * 9, 2);
    float[] kernel = new float[outputs * 16 * channels];
    for (int o = 0; o < outputs; o++) {
      Winograd.transform(published, o * 9 * channels, channels, kernel, o * 16 * channels);
    }
    PackedMatrix packed = PackedMatrix.f32(outputs, 16 * channels);
    packed.putRows(ALONE, 0, outputs, kernel, 0, 16 * channels);
    test.requireBits(Winograd::convolve, packed, expected(test, kernel));
  }

  /** Every number of G times a kernel of powers of two, worked out by hand. */
  @ParameterizedTest
  @CsvSource({"0, 1, .5, .5, 0", "1, 0, .5, -.5, 0", "2, 0, .5, .5, 1"})
  void aKernelIsTransformedAlongBothAxes(int place, float g0, float g1, float g2, float g3) {
    float[] column = {g0, g1, g2, g3};
    float[] line = {1, .5f, .5f, 0};
    float[] published = new float[9];
    published[3 * place] = 8;
    float[] all = new float[17];
    Winograd.transform(published, 0, 1, all, 1);
    for (int u = 0; u < 4; u++) {
      for (int v = 0; v < 4; v++) {
        assertThat(all[1 + 4 * u + v]).isEqualTo(8 * column[u] * line[v]);
      }
    }
  }

  private static float[] expected(TestConvolution test, float[] kernel) {
    ImageWindow window = test.window();
    float[] bias = test.bias();
    float[] y = new float[window.pixels() * bias.length];
    for (int b = 0; b < window.batch(); b++) {
      for (int i = 0; i < window.outputHeight(); i += 2) {
        for (int j = 0; j < window.outputWidth(); j += 2) {
          float[][] d = transformed(test, b, i - window.top(), j - window.left());
          for (int o = 0; o < bias.length; o++) {
            float[] group = group(d, kernel, o);
            for (int at = 0; at < 4; at++) {
              int line = i + at / 2;
              int column = j + at % 2;
              if (line < window.outputHeight() && column < window.outputWidth()) {
                int pixel = (b * window.outputHeight() + line) * window.outputWidth() + column;
                y[pixel * bias.length + o] = group[at] + bias[o];
              }
            }
          }
        }
      }
    }
    return y;
  }

  /** B^T d B of each channel. */
  private static float[][] transformed(TestConvolution test, int b, int top, int left) {
    float[][] d = new float[test.window().channels()][16];
    for (int c = 0; c < d.length; c++) {
      for (int place = 0; place < 16; place++) {
        d[c][place] = test.pixel(b, top + place / 4, left + place % 4, c);
      }
      for (int v = 0; v < 4; v++) {
        difference(d[c], v, 4);
      }
      for (int u = 0; u < 4; u++) {
        difference(d[c], 4 * u, 1);
      }
    }
    return d;
  }

  private static void difference(float[] d, int at, int step) {
    float d0 = d[at];
    float d1 = d[at + step];
    float d2 = d[at + 2 * step];
    float d3 = d[at + 3 * step];
    d[at] = d0 - d2;
    d[at + step] = d1 + d2;
    d[at + 2 * step] = d2 - d1;
    d[at + 3 * step] = d1 - d3;
  }

  /** The 2x2 results of one output. */
  private static float[] group(float[][] d, float[] kernel, int o) {
    float[] m = new float[16];
    for (int p = 0; p < 16; p++) {
      for (int c = 0; c < d.length; c++) {
        m[p] = Math.fma(d[c][p], kernel[(o * 16 + p) * d.length + c], m[p]);
      }
    }
    float[] lines = new float[8];
    for (int v = 0; v < 4; v++) {
      lines[v] = m[v] + m[4 + v] + m[8 + v];
      lines[4 + v] = m[4 + v] - m[8 + v] - m[12 + v];
    }
    float[] results = new float[4];
    for (int u = 0; u < 2; u++) {
      results[2 * u] = lines[4 * u] + lines[4 * u + 1] + lines[4 * u + 2];
      results[2 * u + 1] = lines[4 * u + 1] - lines[4 * u + 2] - lines[4 * u + 3];
    }
    return results;
  }
}
