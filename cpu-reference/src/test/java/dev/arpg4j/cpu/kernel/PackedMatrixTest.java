package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedMatrixTest {
  private static final Workers WORKERS = new Workers(2);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  @ParameterizedTest
  @EnumSource
  void chunksOfRowsComeBack(LinearTest.Storage storage) {
    int inputs = 7;
    int outputs = 3 * PackedMatrix.PANEL + 5;
    float[] values = LinearTest.numbers(outputs * inputs, 4);
    PackedMatrix matrix = storage.matrix(outputs, inputs);
    for (int row = 0; row < outputs; row += 11) {
      int rows = Math.min(11, outputs - row);
      matrix.putRows(WORKERS, row, rows, values, row * inputs, inputs);
    }
    assertHolds(matrix, storage, values);
  }

  @ParameterizedTest
  @EnumSource
  void puttingAgainReplaces(LinearTest.Storage storage) {
    PackedMatrix matrix = storage.matrix(40, 6);
    float[] values = LinearTest.numbers(240, 6);
    matrix.putRows(WORKERS, 0, 40, LinearTest.numbers(240, 7), 0, 6);
    matrix.putRows(WORKERS, 0, 40, values, 0, 6);
    assertHolds(matrix, storage, values);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    PackedMatrix matrix = PackedMatrix.f32(4, 3);
    assertThatThrownBy(() -> matrix.putRows(WORKERS, 2, 3, new float[9], 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> matrix.putRows(WORKERS, 1, 3, new float[8], 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("3 runs of 3 values from 0, 3 apart, in an array of 8");
    assertThatThrownBy(() -> PackedMatrix.bf16(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a matrix [0, 3] cannot be packed");
  }

  private static void assertHolds(PackedMatrix matrix, LinearTest.Storage storage, float[] values) {
    int inputs = matrix.inputs();
    for (int o = 0; o < matrix.outputs(); o++) {
      for (int k = 0; k < inputs; k++) {
        assertThat(matrix.get(o, k)).isEqualTo(storage.stored(values[o * inputs + k]));
      }
    }
  }
}
