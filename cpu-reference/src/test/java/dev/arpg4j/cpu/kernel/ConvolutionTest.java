package dev.arpg4j.cpu.kernel;

import dev.arpg4j.tensor.Ops.Padding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A convolution equals the scalar chain of fused multiply-adds and its bias, bit for bit. */
class ConvolutionTest {
  private static final Workers ALONE = new Workers(1);

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
    TestConvolution test =
        TestConvolution.of(
            new int[] {batch, height, width, channels},
            new int[] {outputs, channels, kernelHeight, kernelWidth},
            stride,
            new Padding(top, bottom, left, right));
    int inputs = test.window().inputs();
    float[] kernel = LinearTest.numbers(outputs * inputs, 2);
    for (LinearTest.Storage storage : LinearTest.Storage.values()) {
      PackedMatrix packed = storage.matrix(outputs, inputs);
      packed.putRows(ALONE, 0, outputs, kernel, 0, inputs);
      test.requireBits(Convolution::convolve, packed, expected(test, packed));
    }
  }

  private static float[] expected(TestConvolution test, PackedMatrix kernel) {
    ImageWindow window = test.window();
    float[] y = new float[window.pixels() * test.outputs()];
    int at = 0;
    for (int b = 0; b < window.batch(); b++) {
      for (int i = 0; i < window.outputHeight(); i++) {
        for (int j = 0; j < window.outputWidth(); j++) {
          for (int o = 0; o < test.outputs(); o++) {
            y[at++] = chain(test, kernel, b, i, j, o) + test.bias()[o];
          }
        }
      }
    }
    return y;
  }

  private static float chain(
      TestConvolution test, PackedMatrix kernel, int b, int i, int j, int o) {
    ImageWindow window = test.window();
    float sum = 0f;
    int k = 0;
    for (int u = 0; u < window.kernelHeight(); u++) {
      for (int v = 0; v < window.kernelWidth(); v++) {
        int line = i * window.stride() + u - window.top();
        int column = j * window.stride() + v - window.left();
        for (int c = 0; c < window.channels(); c++) {
          sum = Math.fma(test.pixel(b, line, column, c), kernel.get(o, k++), sum);
        }
      }
    }
    return sum;
  }
}
