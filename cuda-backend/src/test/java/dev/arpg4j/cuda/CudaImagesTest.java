package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.cuda.blas.Convolution;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.ImageBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that are convolved in parts, in company, from anywhere and in a routine. */
class CudaImagesTest {
  private static final int CHANNELS = 64;
  private static final int OUTPUTS = 2;
  private static final Shape KERNEL = Shape.of(OUTPUTS, CHANNELS, 3, 3);

  private CudaBackend backend;

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static Weight weight(Backend on, String name, Shape shape, int seed) {
    double[] values = Numbers.symmetric(seed, (int) shape.size(), 1);
    return on.weight(new ArraySource(name, shape, values), DType.F32, Weight.Use.values());
  }

  private static Tensor convolved(Backend on, Shape shape, double... x) {
    Weight kernel = weight(on, "kernel", KERNEL, 1);
    Weight bias = weight(on, "bias", Shape.of(OUTPUTS), 2);
    return on.conv2d(on.tensor(shape, x), kernel, bias, 1, Padding.all(1));
  }

  /** 36,864 pixels with patches of 576 numbers: 42 or 85 MB that are never there at once. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void manyPixelsAreConvolvedInPartsThatTakeNoMoreMemory(DType type) {
    backend = OnStandIn.open(type);
    Shape shape = Shape.of(4, 96, 96, CHANNELS);
    double[] x = Numbers.symmetric(3, (int) shape.size(), 1);
    try (Backend oracle = new OracleBackend();
        Scope there = oracle.scope();
        Scope scope = backend.scope()) {
      Tensor small = convolved(backend, Shape.of(1, 1, 1, CHANNELS), Arrays.copyOf(x, CHANNELS));
      assertThat(small.shape()).isEqualTo(Shape.of(1, 1, 1, OUTPUTS));
      DeviceMemory before = backend.deviceMemory().orElseThrow();
      Tensor y = convolved(backend, shape, x);
      DeviceMemory after = backend.deviceMemory().orElseThrow();
      long image = shape.size() * (Float.BYTES + type.bytes()) + y.shape().size() * type.bytes();
      long part = Convolution.PART_BYTES;
      assertThat(after.peak() - before.held()).isBetween(part, part + image * 9 / 8 + (4 << 20));

      double[] expected = convolved(oracle, shape, x).toDoubles();
      Comparison comparison =
          Comparison.of(y.shape(), expected, y.toDoubles(), bound(oracle, shape, x, y.shape()));
      assertThat(comparison.passed()).as(comparison.details()).isTrue();
    }
  }

  private ErrorBound bound(Backend oracle, Shape shape, double[] x, Shape result) {
    double[] kernel = Numbers.symmetric(1, (int) KERNEL.size(), 1);
    return ErrorBounds.sameInputs(oracle, backend)
        .images()
        .conv2d(
            Magnitude.ofRows(x, CHANNELS),
            Magnitude.ofRows(kernel, (int) KERNEL.size() / OUTPUTS).largest(),
            Magnitude.ofRows(Numbers.symmetric(2, OUTPUTS, 1), OUTPUTS),
            new ImageBounds.Convolution(shape, KERNEL, 1, Padding.all(1), result));
  }

  /** As in one part, and as at the end of one and the beginning of the next. */
  @Test
  void anImageOfFloat32HasTheSameBitsInAnyCompany() {
    backend = OnStandIn.open(DType.F32);
    Shape shape = Shape.of(3, 80, 80, CHANNELS);
    double[] x = Numbers.symmetric(4, (int) shape.size(), 1);
    int image = x.length / 3;
    try (Scope scope = backend.scope()) {
      float[] together = convolved(backend, shape, x).toFloats();
      for (int b = 0; b < 3; b++) {
        double[] own = Arrays.copyOfRange(x, b * image, (b + 1) * image);
        float[] alone = convolved(backend, shape.with(0, 1), own).toFloats();
        int from = b * alone.length;
        assertThat(alone).isEqualTo(Arrays.copyOfRange(together, from, from + alone.length));
      }
    }
  }

  /** Images of 45 entries: the second starts where no vector does. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void anImageMayStartAnywhere(DType type) {
    backend = OnStandIn.open(type);
    Shape shape = Shape.of(2, 3, 3, 5);
    Weight kernel = weight(backend, "kernel", Shape.of(4, 5, 1, 1), 5);
    Weight wide = weight(backend, "wide", Shape.of(4, 5, 2, 3), 6);
    Weight bias = weight(backend, "bias", Shape.of(4), 7);
    Weight scale = weight(backend, "scale", Shape.of(5), 8);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.scale(backend.tensor(shape, Numbers.symmetric(9, 90, 1)), 1);
      samePart(x, image -> backend.conv2d(image, kernel, bias, 1, Padding.NONE));
      samePart(x, image -> backend.conv2d(image, wide, bias, 2, Padding.all(1)));
      samePart(x, image -> backend.groupNorm(image, 5, scale, scale, 1e-6));
      samePart(x, image -> backend.resize(image, 4, 2, Resampling.NEAREST));
      samePart(x, image -> backend.resize(image, 2, 2, Resampling.AREA));
      samePart(x, image -> backend.resize(image, 4, 2, Resampling.BICUBIC));
      samePart(x, image -> backend.layerNorm(image, 1e-6));
      samePart(x, image -> backend.layerNorm(image, scale, scale, 1e-6));
      samePart(x, image -> backend.addBias(image, scale));
      samePart(x, image -> backend.gelu(image, true));
      samePart(x, image -> backend.l2Normalize(image, 1e-12));
    }
  }

  /** The same bits in float32; sums of another number of rows may be rounded the other way else. */
  private void samePart(Tensor x, UnaryOperator<Tensor> op) {
    double[] both = op.apply(x).toDoubles();
    double[] second = op.apply(backend.slice(x, 0, 1, 2)).toDoubles();
    double[] expected = Arrays.copyOfRange(both, second.length, both.length);
    ErrorBound bound =
        backend.computeType() == DType.F32 ? ErrorBound.exact() : ErrorBound.of(1e-6, 0x1p-7);
    Comparison comparison = Comparison.of(Shape.of(second.length), expected, second, bound);
    assertThat(comparison.passed()).as(comparison.details()).isTrue();
  }

  @Test
  void noChannelsLeaveTheBias() {
    backend = OnStandIn.open(DType.F32);
    Weight kernel = backend.weight(new ArraySource("k", Shape.of(2, 0, 1, 1)), DType.F32);
    Weight bias = backend.weight(new ArraySource("b", Shape.of(2), 3, 4), DType.F32);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 1, 2, 0));
      assertThat(backend.conv2d(x, kernel, bias, 1, Padding.NONE).toFloats())
          .containsExactly(3, 4, 3, 4);
    }
  }

  /** Other values of a kernel are put in the same order as the first. */
  @Test
  void aKernelIsAssigned() {
    backend = OnStandIn.open(DType.F32);
    Shape shape = Shape.of(1, 2, 1, 2);
    Weight kernel = backend.weight(new ArraySource("k", shape, 0, 0, 0, 0), DType.F32);
    Weight bias = backend.weight(new ArraySource("b", Shape.of(1), 0), DType.F32);
    backend.assign(kernel, new ArraySource("other", shape, 1, 10, 100, 1000));
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
      assertThat(backend.conv2d(x, kernel, bias, 1, Padding.NONE).toFloats())
          .containsExactly(1 + 200 + 30 + 4000);
    }
  }

  /** The third run is a replay: of the second image, what saying it gives. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void aRoutineReplaysThem(DType type) {
    backend = OnStandIn.open(type);
    Shape shape = Shape.of(1, 3, 4, 6);
    Weight kernel = weight(backend, "kernel", Shape.of(8, 6, 3, 3), 10);
    Weight bias = weight(backend, "bias", Shape.of(8), 11);
    double[] second = Numbers.symmetric(13, 72, 1);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(shape, Numbers.symmetric(12, 72, 1));
      try (Routine<Tensor> routine =
          backend.routine(
              () -> {
                try (Scope inner = backend.scope()) {
                  Tensor larger = backend.resize(x, 6, 8, Resampling.NEAREST);
                  Tensor y = backend.conv2d(larger, kernel, bias, 1, Padding.all(1));
                  Tensor normed = backend.groupNorm(y, 4, bias, bias, 1e-6);
                  return inner.keep(backend.l2Normalize(normed, 1e-12));
                }
              })) {
        float[] first = routine.run().toFloats();
        assertThat(routine.run().toFloats()).isEqualTo(first);
        backend.assign(x, second);
        long launches = StandIn.count("graphLaunches");
        float[] replayed = routine.run().toFloats();
        assertThat(StandIn.count("graphLaunches")).isEqualTo(launches + 1);
        Tensor other = backend.tensor(shape, second);
        Tensor larger = backend.resize(other, 6, 8, Resampling.NEAREST);
        Tensor y = backend.conv2d(larger, kernel, bias, 1, Padding.all(1));
        Tensor normed = backend.groupNorm(y, 4, bias, bias, 1e-6);
        assertThat(replayed).isEqualTo(backend.l2Normalize(normed, 1e-12).toFloats());
        assertThat(replayed).isNotEqualTo(first);
      }
    }
  }
}
