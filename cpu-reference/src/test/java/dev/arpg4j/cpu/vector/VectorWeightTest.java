package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.Weight.Use;
import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights read as rows and as panels, in both storages. */
class VectorWeightTest {
  /** More than one strip of panels and more than one chunk of rows. */
  private static final int OUTPUTS = 331;

  private static final int INPUTS = 207;

  private VectorBackend backend;
  private Scope scope;

  @BeforeEach
  void open() {
    backend = new VectorBackend(2, 1);
    scope = backend.scope();
  }

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({"F32, ROWS", "F32, PANELS", "BF16, ROWS", "BF16, PANELS"})
  void servesTheDeclaredUseAndTheOther(DType storage, Use declared) {
    CountingSource source = new CountingSource(values(1));
    Weight weight = backend.weight(source, storage, declared);
    int opened = source.opened.get();
    assertThat(opened).isPositive();
    expectValues(weight, values(1), storage);
    assertThat(source.opened.get()).as("opened again for the other use").isGreaterThan(opened);
    int twice = source.opened.get();
    expectValues(weight, values(1), storage);
    assertThat(source.opened.get()).as("and not once more").isEqualTo(twice);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void assignChangesEveryPackedForm(DType storage) {
    Weight weight = backend.weight(new CountingSource(values(1)), storage, Use.ROWS, Use.PANELS);
    backend.assign(weight, new CountingSource(values(2)));
    assertThat(weight.version()).isEqualTo(1);
    expectValues(weight, values(2), storage);
    ArraySource other = new ArraySource("w", Shape.of(1, 2), 1, 2);
    assertThatIllegalArgumentException().isThrownBy(() -> backend.assign(weight, other));
    assertThat(weight.version()).isEqualTo(1);
  }

  /** The forms at hand at once, and those that are packed later from what the weight keeps. */
  @ParameterizedTest
  @CsvSource({"F32, ROWS", "F32, PANELS", "BF16, ROWS", "BF16, PANELS"})
  void aTensorChangesEveryPackedForm(DType storage, Use declared) {
    CountingSource source = new CountingSource(values(1));
    Weight weight = backend.weight(source, storage, declared);
    int opened = source.opened.get();
    for (int version = 1; version <= 2; version++) {
      double[] given = values(1 + version);
      try (Scope step = backend.scope()) {
        Tensor both = backend.tensor(Shape.of(2, OUTPUTS, INPUTS), twice(given));
        Tensor second = backend.reshape(backend.slice(both, 0, 1, 2), weight.shape());
        backend.assign(weight, second);
      }
      assertThat(weight.version()).isEqualTo(version);
      expectValues(weight, given, storage);
    }
    assertThat(source.opened.get()).as("the first values are not needed").isEqualTo(opened);
    Tensor other = backend.tensor(Shape.of(1, 2), 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.assign(weight, other))
        .withMessage("assign: 'w' is [1, 2], expected [331, 207]");
    Tensor integers = backend.ints(weight.shape(), new int[OUTPUTS * INPUTS]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.assign(weight, integers))
        .withMessage("assign: 'w' was given integers");
  }

  /** Other numbers, then the values: a tensor that is a view of the second half. */
  private static double[] twice(double[] values) {
    double[] both = new double[2 * values.length];
    System.arraycopy(values, 0, both, values.length, values.length);
    return both;
  }

  /** A kernel's two forms, packed in place. */
  @Test
  void aTensorChangesAKernel() {
    Shape shape = Shape.of(3, 16, 3, 3);
    Weight kernel =
        backend.weight(new ArraySource("w", shape, constants(shape, 1)), DType.F32, Use.KERNEL);
    Weight bias = backend.weight(new ArraySource("b", Shape.of(3), 0, 0, 0), DType.F32);
    Shape image = Shape.of(1, 3, 3, 16);
    Tensor x = backend.tensor(image, constants(image, 1));
    for (int value = 1; value <= 2; value++) {
      backend.assign(kernel, backend.tensor(shape, constants(shape, value)));
      float[] expected = new float[3];
      Arrays.fill(expected, value * 9f * 16);
      for (int stride = 1; stride <= 2; stride++) {
        assertThat(backend.conv2d(x, kernel, bias, stride, Padding.NONE).toFloats())
            .containsExactly(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void aScaleIsRoundedToItsStorage(DType storage) {
    double third = 1 / 3.0;
    Weight scale = backend.weight(new ArraySource("s", Shape.of(2), third, -third), storage);
    Tensor ones = backend.tensor(Shape.of(2), 1, 1);
    float expected = storage == DType.BF16 ? Bf16.widen(Bf16.narrow(1 / 3f)) : 1 / 3f;
    assertThat(backend.rmsNorm(ones, scale, 0).toFloats()).containsExactly(expected, -expected);
  }

  /** One pass over the values as it is loaded, and one more for a step of two pixels. */
  @ParameterizedTest
  @CsvSource({"F32, 16, 1", "F32, 5, 0", "BF16, 16, 0"})
  void aKernelIsPackedForItsUse(DType storage, int channels, int moreForStrides) {
    Shape shape = Shape.of(3, channels, 3, 3);
    CountingSource source = new CountingSource(shape, constants(shape, 1));
    Weight kernel = backend.weight(source, storage, Use.KERNEL);
    assertThat(source.opened.get()).isEqualTo(1);
    Weight bias = backend.weight(new ArraySource("b", Shape.of(3), 0, 0, 0), DType.F32);
    Shape image = Shape.of(1, 3, 3, channels);
    Tensor x = backend.tensor(image, constants(image, 1));
    for (int value = 1; value <= 2; value++) {
      float[] expected = new float[3];
      Arrays.fill(expected, value * 9f * channels);
      for (int stride = 1; stride <= 2; stride++) {
        assertThat(backend.conv2d(x, kernel, bias, stride, Padding.NONE).toFloats())
            .containsExactly(expected);
      }
      assertThat(source.opened.get()).isEqualTo(1 + moreForStrides);
      backend.assign(kernel, new ArraySource("w", shape, constants(shape, value + 1)));
    }
  }

  private static double[] constants(Shape shape, double value) {
    double[] values = new double[(int) shape.size()];
    Arrays.fill(values, value);
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "I32"})
  void otherStoragesAreRefused(DType storage) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.weight(new CountingSource(values(1)), storage))
        .withMessageContaining("F32 or BF16");
  }

  /** Reads the weight row by row through embed, and through linear as W times the unit vectors. */
  private void expectValues(Weight weight, double[] values, DType storage) {
    float[] expected = new float[values.length];
    for (int i = 0; i < expected.length; i++) {
      float value = (float) values[i];
      expected[i] = storage == DType.BF16 ? Bf16.widen(Bf16.narrow(value)) : value;
    }
    try (Scope step = backend.scope()) {
      int[] all = IntStream.range(0, OUTPUTS).toArray();
      assertThat(backend.embed(weight, backend.ints(Shape.of(OUTPUTS), all)).toFloats())
          .isEqualTo(expected);
      assertThat(backend.value(weight).toFloats()).isEqualTo(expected);
      double[] outer = new double[OUTPUTS * OUTPUTS];
      for (int i = 0; i < OUTPUTS; i++) {
        outer[i * OUTPUTS + i] = 1;
      }
      Tensor rows =
          backend.linearBackward(backend.tensor(Shape.of(OUTPUTS, OUTPUTS), outer), weight);
      assertThat(rows.toFloats()).isEqualTo(expected);
      double[] units = new double[INPUTS * INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        units[i * INPUTS + i] = 1;
      }
      float[] columns =
          backend.linear(backend.tensor(Shape.of(INPUTS, INPUTS), units), weight).toFloats();
      for (int k = 0; k < INPUTS; k++) {
        for (int o = 0; o < OUTPUTS; o++) {
          assertThat(columns[k * OUTPUTS + o]).isEqualTo(expected[o * INPUTS + k]);
        }
      }
    }
  }

  private static double[] values(int start) {
    return IntStream.range(0, OUTPUTS * INPUTS).mapToDouble(i -> Math.sin(start + i)).toArray();
  }

  /** A source that counts how often it is opened. */
  private static final class CountingSource implements WeightSource {
    private final ArraySource values;
    private final AtomicInteger opened = new AtomicInteger();

    CountingSource(double[] values) {
      this(Shape.of(OUTPUTS, INPUTS), values);
    }

    CountingSource(Shape shape, double[] values) {
      this.values = new ArraySource("w", shape, values);
    }

    @Override
    public String name() {
      return values.name();
    }

    @Override
    public Shape shape() {
      return values.shape();
    }

    @Override
    public Reader open() {
      opened.incrementAndGet();
      return values.open();
    }
  }
}
