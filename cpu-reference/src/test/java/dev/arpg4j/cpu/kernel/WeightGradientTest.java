package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradient equals the scalar chain over the rows, bit for bit, whatever its shape. */
class WeightGradientTest {
  private static final Workers[] WORKERS = {new Workers(1), new Workers(2), new Workers(3)};

  @AfterAll
  static void close() {
    Arrays.stream(WORKERS).forEach(Workers::close);
  }

  /** Around the heights of tiles, the widths of panels and the rows of a block. */
  @ParameterizedTest
  @CsvSource({
    "0, 3, 2",
    "1, 1, 1",
    "1, 13, 33",
    "5, 11, 31",
    "127, 12, 32",
    "128, 23, 64",
    "129, 25, 65",
    "300, 7, 131",
    "513, 50, 8"
  })
  void isTheScalarChain(int rows, int outputs, int inputs) {
    float[] x = LinearTest.numbers(2 + rows * inputs, 1);
    float[] dy = LinearTest.numbers(5 + rows * outputs, 2);
    float[] expected = new float[outputs * inputs];
    for (int o = 0; o < outputs; o++) {
      for (int k = 0; k < inputs; k++) {
        float sum = 0;
        for (int r = 0; r < rows; r++) {
          sum = Math.fma(dy[5 + r * outputs + o], x[2 + r * inputs + k], sum);
        }
        expected[o * inputs + k] = sum;
      }
    }
    for (Workers workers : WORKERS) {
      float[] dw = new float[expected.length];
      Arrays.fill(dw, Float.NaN);
      new WeightGradient(x, 2, inputs, dy, 5, outputs, rows, dw).run(workers);
      assertThat(dw).as("by %d threads", workers.threads()).isEqualTo(expected);
    }
  }
}
