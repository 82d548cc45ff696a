package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the op cases do not reach: moments far from zero, a kernel read twice. */
class VectorImagesTest {
  /**
   * A mean a thousand times the deviation leaves ten bits of it to a float, and all of them here.
   */
  @Test
  void aMeanFarFromZeroCostsNoDigits() {
    Shape shape = Shape.of(2, 9, 11, 12);
    double[] values = numbers(1, shape);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] + 1000);
    }
    // Of |y| < 8 in units of 2^-24: its own rounding 4, the factor's and the shift's 8 each.
    float[] expected = normed(new OracleBackend(), shape, values);
    float[] found = normed(new VectorBackend(2, 1), shape, values);
    float unit = 0x1p-24f;
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("entry %d", i).isCloseTo(expected[i], within(20 * unit));
    }
  }

  private static float[] normed(Backend backend, Shape shape, double[] values) {
    try (backend;
        Scope scope = backend.scope()) {
      Weight scale = weight(backend, 2, DType.F32, shape.dim(3));
      Weight bias = weight(backend, 3, DType.F32, shape.dim(3));
      return backend.groupNorm(backend.tensor(shape, values), 3, scale, bias, 1e-6).toFloats();
    }
  }

  /** A kernel that is all zeros but for one place picks that place's pixels, exactly. */
  @ParameterizedTest
  @CsvSource({"5, 3, 2, 1", "16, 3, 3, 1", "16, 3, 3, 2"})
  void everyPlaceOfAKernelIsWhereItWasPublished(int channels, int kh, int kw, int stride) {
    try (VectorBackend backend = new VectorBackend(2, 1);
        Scope scope = backend.scope()) {
      double[] pixels = IntStream.range(0, kh * kw * channels).mapToDouble(i -> i).toArray();
      Tensor x = backend.tensor(Shape.of(1, kh, kw, channels), pixels);
      Shape shape = Shape.of(1, channels, kh, kw);
      Weight bias = backend.weight(new ArraySource("b", Shape.of(1), 0.5), DType.F32);
      for (int i = 0; i < shape.size(); i++) {
        double[] one = new double[(int) shape.size()];
        one[i] = 1;
        Weight kernel =
            backend.weight(new ArraySource("k", shape, one), DType.F32, Weight.Use.KERNEL);
        double pixel = pixels[i % (kh * kw) * channels + i / (kh * kw)];
        assertThat(backend.conv2d(x, kernel, bias, stride, Ops.Padding.NONE).toDoubles())
            .containsExactly(pixel + 0.5);
      }
    }
  }

  /** What is skipped of a doubled image is zero: not a bit is other. */
  @ParameterizedTest
  @CsvSource({"F32, 32", "F32, 7", "BF16, 16"})
  void anUpsamplingConvolutionHasTheBitsOfItsParts(DType storage, int channels) {
    try (VectorBackend backend = new VectorBackend(2, 1);
        Scope scope = backend.scope()) {
      Shape shape = Shape.of(2, 5, 9, channels);
      Tensor x = backend.tensor(shape, numbers(1, shape));
      Weight kernel = weight(backend, 2, storage, 37, channels, 3, 3);
      Weight bias = weight(backend, 3, DType.F32, 37);
      Tensor doubled = backend.resize(x, 10, 18, Ops.Resampling.NEAREST);
      Tensor expected = backend.conv2d(doubled, kernel, bias, 1, Ops.Padding.all(1));
      assertThat(Bits.of(backend.upsampleConv2d(x, kernel, bias))).isEqualTo(Bits.of(expected));
    }
  }

  private static Weight weight(Backend backend, int stream, DType storage, int... dims) {
    Shape shape = Shape.of(dims);
    return backend.weight(new ArraySource("w", shape, numbers(stream, shape)), storage);
  }

  private static double[] numbers(int stream, Shape shape) {
    return IntStream.range(0, (int) shape.size())
        .mapToDouble(i -> (float) (4 * Philox.uniform(11, stream, i, 0, Purpose.CASES) - 2))
        .toArray();
  }
}
