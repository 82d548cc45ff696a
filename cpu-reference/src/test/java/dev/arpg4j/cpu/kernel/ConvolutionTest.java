package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A convolution equals the scalar chain of fused multiply-adds and its bias, bit for bit. */
class ConvolutionTest {
  private static final Workers ALONE = new Workers(1);
  private static final Workers THREE = new Workers(3);

  private static final int OFFSET = 5;

  @AfterAll
  static void close() {
    THREE.close();
  }

  @ParameterizedTest(
      name = "{0}x{1}x{2}x{3} kernel {4}x{5} stride {6} zeros {7} {8} {9} {10} to {11}")
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1",
    "2, 5, 4, 3, 1, 1, 1, 0, 0, 0, 0, 7",
    "1, 6, 5, 3, 1, 1, 2, 0, 0, 0, 0, 4",
    "1, 3, 3, 2, 1, 1, 1, 1, 0, 2, 1, 3",
    "1, 2, 2, 3, 3, 3, 1, 1, 1, 1, 1, 5",
    "1, 1, 1, 4, 3, 3, 1, 1, 1, 1, 1, 2",
    "2, 7, 9, 5, 3, 3, 1, 1, 1, 1, 1, 33",
    "1, 16, 16, 20, 3, 3, 1, 1, 1, 1, 1, 3",
    "3, 8, 6, 4, 3, 3, 2, 0, 1, 0, 1, 17",
    "1, 9, 7, 3, 3, 3, 2, 1, 1, 1, 1, 16",
    "1, 8, 8, 3, 4, 2, 1, 2, 1, 0, 1, 6",
    "1, 4, 30, 2, 1, 5, 3, 0, 0, 2, 2, 6",
    "1, 3, 4, 2, 3, 4, 1, 0, 0, 0, 0, 6",
    "1, 2, 2, 1, 3, 3, 1, 4, 3, 5, 4, 2",
    "1, 24, 25, 130, 3, 3, 1, 1, 1, 1, 1, 40",
  })
  void equalsTheScalarChain(
      int batch,
      int height,
      int width,
      int channels,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int top,
      int bottom,
      int left,
      int right,
      int outputs) {
    ImageWindow window =
        new ImageWindow(
            batch,
            height,
            width,
            channels,
            kernelHeight,
            kernelWidth,
            stride,
            top,
            left,
            (height + top + bottom - kernelHeight) / stride + 1,
            (width + left + right - kernelWidth) / stride + 1);
    float[] x = LinearTest.numbers(OFFSET + batch * height * width * channels, 1);
    float[] kernel = LinearTest.numbers(outputs * window.inputs(), 2);
    float[] bias = LinearTest.numbers(outputs, 3);
    for (LinearTest.Storage storage : LinearTest.Storage.values()) {
      PackedMatrix packed = storage.matrix(outputs, window.inputs());
      packed.putRows(ALONE, 0, outputs, kernel, 0, window.inputs());
      float[] expected = expected(window, x, packed, bias);
      for (Workers workers : new Workers[] {ALONE, THREE}) {
        float[] y = new float[expected.length];
        Arrays.fill(y, Float.NaN);
        Convolution.convolve(workers, new ConvolutionOperands(window, packed, bias, x, OFFSET), y);
        assertThat(y).as("%s on %d threads", storage, workers.threads()).isEqualTo(expected);
      }
    }
  }

  private static float[] expected(
      ImageWindow window, float[] x, PackedMatrix kernel, float[] bias) {
    int outputs = bias.length;
    float[] y = new float[window.pixels() * outputs];
    int at = 0;
    for (int b = 0; b < window.batch(); b++) {
      for (int i = 0; i < window.outputHeight(); i++) {
        for (int j = 0; j < window.outputWidth(); j++) {
          for (int o = 0; o < outputs; o++) {
            y[at++] = chain(window, x, kernel, b, i, j, o) + bias[o];
          }
        }
      }
    }
    return y;
  }

  private static float chain(
      ImageWindow window, float[] x, PackedMatrix kernel, int b, int i, int j, int o) {
    float sum = 0f;
    int k = 0;
    for (int u = 0; u < window.kernelHeight(); u++) {
      for (int v = 0; v < window.kernelWidth(); v++) {
        int line = i * window.stride() + u - window.top();
        int column = j * window.stride() + v - window.left();
        boolean inside =
            line >= 0 && line < window.height() && column >= 0 && column < window.width();
        int pixel = (b * window.height() + line) * window.width() + column;
        for (int c = 0; c < window.channels(); c++) {
          float value = inside ? x[OFFSET + pixel * window.channels() + c] : 0f;
          sum = Math.fma(value, kernel.get(o, k++), sum);
        }
      }
    }
    return sum;
  }
}
