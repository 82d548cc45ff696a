package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arpg4j.cuda.driver.CudaException;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrix products at odd sizes, in odd places and in different company. */
class CudaProductsTest {
  private static final int INPUTS = 37;
  private static final int OUTPUTS = 29;

  private CudaBackend backend;

  @AfterEach
  void close() {
    if (backend != null) {
      StandIn.reset();
      backend.close();
    }
  }

  private Weight weight() {
    double[] values = Numbers.symmetric(1, INPUTS * OUTPUTS, 1);
    return backend.weight(
        new ArraySource("w", Shape.of(OUTPUTS, INPUTS), values), DType.F32, Weight.Use.PANELS);
  }

  private Tensor rows(int seed, int count) {
    return backend.tensor(Shape.of(count, INPUTS), Numbers.symmetric(seed, count * INPUTS, 1));
  }

  @Test
  void aRowOfFloat32HasTheSameBitsInAnyCompany() {
    backend = OnStandIn.open(DType.F32);
    Weight weight = weight();
    try (Scope scope = backend.scope()) {
      Tensor rows = rows(2, 130);
      float[] all = backend.linear(rows, weight).toFloats();
      for (int count : new int[] {1, 2, 3, 64, 129}) {
        float[] some = backend.linear(backend.slice(rows, 0, 0, count), weight).toFloats();
        assertThat(some).as("%d rows", count).isEqualTo(Arrays.copyOf(all, count * OUTPUTS));
      }
      float[] last = backend.linear(backend.slice(rows, 0, 129, 130), weight).toFloats();
      assertThat(last).isEqualTo(Arrays.copyOfRange(all, 129 * OUTPUTS, 130 * OUTPUTS));
    }
  }

  /** Rows of 37 entries: a view of all but the first starts where no vector does. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void anOperandMayStartAnywhere(DType type) {
    backend = OnStandIn.open(type);
    Weight weight = weight();
    try (Scope scope = backend.scope()) {
      Tensor rows = rows(3, 4);
      Tensor computed = backend.scale(rows, 1);
      float[] all = backend.linear(computed, weight).toFloats();
      float[] rest = backend.linear(backend.slice(computed, 0, 1, 4), weight).toFloats();
      assertThat(rest).isEqualTo(Arrays.copyOfRange(all, OUTPUTS, 4 * OUTPUTS));
      Tensor square = backend.reshape(backend.slice(computed, 0, 1, 2), Shape.of(1, INPUTS, 1));
      assertThat(backend.matmul(square, true, square, false).toFloats()[0]).isPositive();
    }
  }

  /**
   * On a device too full to measure on, the library's first choice stays. Here that splits sums,
   * and 256 + 1 is no bfloat16: parts that were rounded to that would lose the 1.
   */
  @Test
  void partsOfASumAreAddedInFloat32() {
    backend = OnStandIn.open(DType.BF16);
    ArraySource ones = new ArraySource("w", Shape.of(1, 8), 1, 1, 1, 1, 1, 1, 1, 1);
    Weight weight = backend.weight(ones, DType.BF16);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 8), 256, 1, -256, 0, 0, 0, 0, 0);
      StandIn.set("totalMemory", StandIn.count("liveBytes") + (1 << 20));
      long fills = StandIn.count("fills");
      assertThat(backend.linear(x, weight).toFloats()).containsExactly(1);
      assertThat(StandIn.count("fills")).isEqualTo(fills);
    }
  }

  /** The cache is larger than the library's workspace, which alone would leave weights in it. */
  @Test
  void waysAreMeasuredWithAColdCacheWhoseMemoryGoesBack() {
    StandIn.required();
    int cache = 20 << 20;
    StandIn.set("l2Bytes", cache);
    backend = OnStandIn.open(DType.BF16);
    Weight weight = weight();
    try (Scope scope = backend.scope()) {
      Tensor rows = backend.scale(rows(2, 4), 1);
      DeviceMemory before = backend.deviceMemory().orElseThrow();
      long fills = StandIn.count("fills");
      long result = 512; // of 4 rows, in the least block
      backend.linear(rows, weight);
      DeviceMemory after = backend.deviceMemory().orElseThrow();
      assertThat(StandIn.count("fills")).isGreaterThan(fills);
      assertThat(after.peak()).isEqualTo(before.held() + result + 2L * cache);
      assertThat(after.held()).isEqualTo(before.held() + result);
    }
  }

  /**
   * A kind of product that is refused when it is asked about, as not supported (15) or as an
   * invalid value (7), or in whatever way it is to run.
   */
  @ParameterizedTest
  @CsvSource({
    "BF16, cublasLtMatmulAlgoGetHeuristic, 15",
    "BF16, cublasLtMatmulAlgoGetHeuristic, 7",
    "F32, , 0"
  })
  void weightsThatCannotBeMultipliedTogetherAreMultipliedOneByOne(
      DType type, @Nullable String refusing, int status) {
    backend = OnStandIn.open(type);
    Shape shape = Shape.of(1, 2);
    List<Weight> weights =
        backend.weights(
            List.of(new ArraySource("v", shape, 1, 2), new ArraySource("w", shape, 3, 4)), type);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(3, 2), 1, 0, 0, 1, 1, 1);
      refuse(refusing, status, "refusedBatches");
      for (int time = 0; time < 2; time++) {
        List<Tensor> y = backend.linearEach(x, weights);
        assertThat(y.get(0).toFloats()).containsExactly(1, 2, 3);
        assertThat(y.get(1).toFloats()).containsExactly(3, 4, 7);
      }
      Tensor other = backend.tensor(Shape.of(2, 2), 1, 0, 0, 1);
      refuse(refusing, status, "refusedAlgorithms");
      assertThatExceptionOfType(CudaException.class)
          .isThrownBy(() -> backend.linear(other, weights.get(0)))
          .withMessageContaining("no algorithm for Product[");
    }
  }

  private static void refuse(@Nullable String function, int status, String setting) {
    if (function == null) {
      StandIn.set(setting, -1);
    } else {
      StandIn.fail(function, 1, status);
    }
  }

  /** The algorithm that is suggested first is refused as soon as it is to run. */
  @ParameterizedTest
  @CsvSource({"F32, 0", "BF16, 2"})
  void aProductThatIsRefusedWhenItIsToRunIsComputedInAnotherWay(DType type, int first) {
    backend = OnStandIn.open(type);
    Weight weight = backend.weight(new ArraySource("w", Shape.of(2, 2), 1, 2, 3, 4), type);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(3, 2), 1, 0, 0, 1, 1, 1);
      for (long refused : new long[] {0, 1L << first, 1L << first, 0b1101, 0b0010}) {
        StandIn.set("refusedAlgorithms", refused);
        assertThat(backend.linear(x, weight).toFloats()).containsExactly(1, 3, 2, 4, 3, 7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void noInputsMakeZeroes(DType type) {
    backend = OnStandIn.open(type);
    Weight empty = backend.weight(new ArraySource("w", Shape.of(3, 0)), DType.F32);
    try (Scope scope = backend.scope()) {
      assertThat(backend.linear(backend.tensor(Shape.of(2, 0)), empty).toFloats())
          .containsExactly(0, 0, 0, 0, 0, 0);
      Tensor none = backend.tensor(Shape.of(2, 1, 0));
      assertThat(backend.matmul(none, false, none, true).toFloats()).containsExactly(0, 0);
    }
  }
}
