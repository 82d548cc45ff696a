package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The product equals the scalar chain of fused multiply-adds, bit for bit, whatever its shape. */
class LinearTest {
  private static final Workers ALONE = new Workers(1);
  private static final Workers TWO = new Workers(2);
  private static final Workers THREE = new Workers(3);

  /** What stands in every array element that a product must not touch. */
  private static final float UNTOUCHED = -77.5f;

  enum Storage {
    F32 {
      @Override
      PackedMatrix matrix(int outputs, int inputs) {
        return PackedMatrix.f32(outputs, inputs);
      }

      @Override
      float stored(float weight) {
        return weight;
      }
    },
    BF16 {
      @Override
      PackedMatrix matrix(int outputs, int inputs) {
        return PackedMatrix.bf16(outputs, inputs);
      }

      @Override
      float stored(float weight) {
        return Bf16.widen(Bf16.narrow(weight));
      }
    };

    abstract PackedMatrix matrix(int outputs, int inputs);

    abstract float stored(float weight);
  }

  @AfterAll
  static void close() {
    TWO.close();
    THREE.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberOfRowsAndOutputs(Storage storage) {
    for (int rows = 1; rows <= 20; rows++) {
      for (int outputs = 1; outputs <= 70; outputs++) {
        Case.of(storage, rows, outputs, 1 + (rows * 31 + outputs * 7) % 40).check(ALONE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberOfInputs(Storage storage) {
    for (int inputs = 1; inputs <= 130; inputs++) {
      Case.of(storage, 1 + inputs % 13, 1 + inputs % 37, inputs).check(ALONE);
    }
  }

  /** More inputs than a block, more tiles than go together, several threads. */
  @ParameterizedTest
  @EnumSource
  void blocksOfInputsAndRows(Storage storage) {
    for (Workers workers : new Workers[] {ALONE, TWO, THREE}) {
      Case.of(storage, 7, 33, 515).check(workers);
      Case.of(storage, 211, 37, 515).check(workers);
      Case.of(storage, 17, 530, 300).check(workers);
      Case.of(storage, 2, 2051, 257).check(workers);
      Case.of(storage, 1, 4099, 129).check(workers);
    }
  }

  /** Rows that are taken where they lie: around the heights of tiles, and beyond a block. */
  @ParameterizedTest
  @EnumSource
  void manyRows(Storage storage) {
    for (int rows = RowProduct.LEAST_ROWS - 2; rows <= 112; rows++) {
      Case.of(storage, rows, 1 + rows * 7 % 75, 1 + rows * 5 % 31)
          .check(rows % 2 == 0 ? TWO : ALONE);
    }
    Case.of(storage, 101, 131, 509).check(THREE);
    Case.of(storage, 49, 511, 2).check(TWO);
  }

  @ParameterizedTest
  @EnumSource
  void infinitiesAndNansStayInTheirOutput(Storage storage) {
    Case c = Case.of(storage, 5, 19, 23);
    c.x[c.xOffset + 2 * c.xStride + 3] = Float.NaN;
    c.x[c.xOffset + 4 * c.xStride + 1] = Float.POSITIVE_INFINITY;
    c.check(ALONE);
  }

  /** The compiler replaces the loop while it runs; no bit may follow. */
  @ParameterizedTest
  @EnumSource
  void firstCallEqualsTheFiftyThousandth(Storage storage) {
    Case c = Case.of(storage, 4, 21, 9);
    float[] first = c.multiply(ALONE);
    float[] y = first.clone();
    for (int call = 0; call < 50_000; call++) {
      c.multiplyInto(ALONE, y);
    }
    assertThat(y).isEqualTo(first);
    c.check(ALONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void panelsSpreadOverSeveralArrays(int panelsPerArray) {
    int inputs = 11;
    Case c = Case.of(Storage.F32, 1, 13 * PackedMatrix.PANEL - 1, inputs);
    int f32Limit = panelsPerArray * inputs * PackedMatrix.PANEL;
    c.check(ALONE, new PackedF32(c.outputs, inputs, f32Limit));
    Case half = Case.of(Storage.BF16, 2, 13 * PackedMatrix.PANEL - 1, inputs);
    half.check(ALONE, new PackedBf16(c.outputs, inputs, f32Limit / 2));
  }

  @Test
  void rowsOutsideTheirArrayAreRefused() {
    PackedMatrix weights = PackedMatrix.f32(5, 3);
    assertThatThrownBy(
            () -> Linear.multiply(ALONE, weights, new float[8], 0, 3, 3, new float[15], 0, 5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("x: 3 rows of 3 values from 0, 3 apart, in an array of 8");
    assertThatThrownBy(
            () -> Linear.multiply(ALONE, weights, new float[9], 0, 3, 3, new float[15], 1, 5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("y: 3 rows of 5 values from 1, 5 apart, in an array of 15");
  }

  /** Each product is what it is alone, whatever the number of rows and threads. */
  @ParameterizedTest
  @EnumSource
  void severalMatricesAtOnce(Storage storage) {
    int inputs = 300;
    int outputs = 530;
    for (Workers workers : new Workers[] {ALONE, TWO, THREE}) {
      for (int rows : new int[] {1, 2, 6, 17, 211}) {
        float[] x = numbers(rows * inputs, 2);
        List<Linear.Product> together = new ArrayList<>();
        List<float[]> alone = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          PackedMatrix weights = storage.matrix(outputs, inputs);
          weights.putRows(workers, 0, outputs, numbers(outputs * inputs, 3 + i), 0, inputs);
          float[] y = new float[rows * outputs];
          Linear.multiply(ALONE, weights, x, 0, inputs, rows, y, 0, outputs);
          alone.add(y);
          together.add(new Linear.Product(weights, new float[rows * outputs], 0, outputs));
        }
        Linear.multiply(workers, together, x, 0, inputs, rows);
        for (int i = 0; i < 3; i++) {
          assertThat(bits(together.get(i).y()))
              .as("%d rows, matrix %d", rows, i)
              .isEqualTo(bits(alone.get(i)));
        }
      }
    }
  }

  @Test
  void matricesOfDifferentSizesAreRefused() {
    Linear.Product wide = new Linear.Product(PackedMatrix.f32(5, 3), new float[5], 0, 5);
    Linear.Product narrow = new Linear.Product(PackedMatrix.bf16(4, 3), new float[4], 0, 4);
    assertThatThrownBy(() -> Linear.multiply(ALONE, List.of(wide, narrow), new float[3], 0, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a matrix [4, 3] beside one [5, 3]");
  }

  @Test
  void noRowsIsNoWork() {
    float[] y = {UNTOUCHED};
    Linear.multiply(ALONE, PackedMatrix.f32(5, 3), new float[0], 0, 3, 0, y, 0, 5);
    assertThat(y).containsExactly(UNTOUCHED);
  }

  /** Refused before a row is read: there is no room to pack them. */
  @Test
  void rowsLongerThanAnArrayTogetherAreRefused() {
    assertThatThrownBy(() -> RowTiles.of(ALONE, 1 << 20, new float[0], 0, 0, 1 << 12))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a product of 4096 rows of 1048576 elements: arrays hold at most 2147483639");
  }

  /** A product with slack around and between the rows, and its expected result. */
  private record Case(
      Storage storage,
      int rows,
      int outputs,
      int inputs,
      float[] weights,
      float[] x,
      int xOffset,
      int xStride,
      int yOffset,
      int yStride) {

    static Case of(Storage storage, int rows, int outputs, int inputs) {
      int xOffset = rows % 4;
      int xStride = inputs + outputs % 3;
      return new Case(
          storage,
          rows,
          outputs,
          inputs,
          numbers(outputs * inputs, 1),
          numbers(xOffset + rows * xStride, 2),
          xOffset,
          xStride,
          inputs % 3,
          outputs + inputs % 2);
    }

    void check(Workers workers) {
      check(workers, storage.matrix(outputs, inputs));
    }

    void check(Workers workers, PackedMatrix packed) {
      packed.putRows(workers, 0, outputs, weights, 0, inputs);
      float[] y = filled();
      Linear.multiply(workers, packed, x, xOffset, xStride, rows, y, yOffset, yStride);
      assertThat(bits(y))
          .as("%s [%d, %d, %d]", storage, rows, outputs, inputs)
          .isEqualTo(bits(expected()));
    }

    float[] multiply(Workers workers) {
      float[] y = filled();
      multiplyInto(workers, y);
      return y;
    }

    void multiplyInto(Workers workers, float[] y) {
      PackedMatrix packed = storage.matrix(outputs, inputs);
      packed.putRows(workers, 0, outputs, weights, 0, inputs);
      Linear.multiply(workers, packed, x, xOffset, xStride, rows, y, yOffset, yStride);
    }

    private float[] filled() {
      float[] y = new float[yOffset + (rows - 1) * yStride + outputs];
      Arrays.fill(y, UNTOUCHED);
      return y;
    }

    private float[] expected() {
      float[] y = filled();
      for (int r = 0; r < rows; r++) {
        for (int o = 0; o < outputs; o++) {
          float sum = 0f;
          for (int k = 0; k < inputs; k++) {
            float weight = storage.stored(weights[o * inputs + k]);
            sum = Math.fma(x[xOffset + r * xStride + k], weight, sum);
          }
          y[yOffset + r * yStride + o] = sum;
        }
      }
      return y;
    }
  }

  /** Bits, with one NaN: which NaN an operation gives is left open by IEEE 754. */
  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  /** Numbers in [-1, 1) with all 24 bits in use, the same at every run. */
  static float[] numbers(int count, int seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int h = (i + 1) * 0x9E3779B1 + seed * 0x85EBCA6B;
      h = (h ^ (h >>> 15)) * 0x2C1B3C6D;
      h = (h ^ (h >>> 12)) * 0x297A2D39;
      values[i] = (h >> 7) * 0x1p-24f;
    }
    return values;
  }
}
