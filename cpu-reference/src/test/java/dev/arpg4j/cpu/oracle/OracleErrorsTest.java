package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What does not fit is refused by the op's name; weights and the provider. */
class OracleErrorsTest extends OracleFixture {
  private Weight weight(DType storage, double... values) {
    return weight(storage, Shape.of(1, values.length), values);
  }

  private double[] stored(Weight weight) {
    return oracle.embed(weight, oracle.ints(Shape.of(1), 0)).toDoubles();
  }

  private static void expectRefused(String op, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(op + ": ");
  }

  @Test
  void misfitsBeginWithTheOpsName() {
    Weight weight = weight(DType.F32, 1, 2);
    Tensor index = oracle.ints(Shape.of(3), 0, 0, 0);
    expectRefused("linear", () -> oracle.linear(zeros(1, 3), weight));
    expectRefused("matmul", () -> oracle.matmul(zeros(1, 2, 3), false, zeros(1, 2, 3), false));
    expectRefused("matmul", () -> oracle.matmul(zeros(1, 2, 3), false, zeros(2, 3, 1), false));
    expectRefused("embed", () -> oracle.embed(weight, zeros(1)));
    expectRefused("gather", () -> oracle.gather(zeros(2, 3), zeros(3)));
    expectRefused("concat", () -> oracle.concat(0, zeros(1, 2), zeros(1, 3)));
    expectRefused("concat", () -> oracle.concat(0, zeros(1), oracle.ints(Shape.of(1), 0)));
    expectRefused("slice", () -> oracle.slice(zeros(2), 0, 1, 3));
    expectRefused("reshape", () -> oracle.reshape(zeros(2, 3), Shape.of(5)));
    expectRefused("add", () -> oracle.add(zeros(2, 3), zeros(2)));
    expectRefused("add", () -> oracle.add(zeros(2, 3), zeros(1, 1)));
    expectRefused("mul", () -> oracle.mul(index, index));
    expectRefused("scale", () -> oracle.scale(index, 2));
    expectRefused("rmsNorm", () -> oracle.rmsNorm(zeros(1, 3), weight, 1));
    expectRefused("rope", () -> oracle.rope(zeros(1, 3, 4), zeros(2, 3, 2), index, 1));
    expectRefused(
        "attention",
        () -> oracle.attention(zeros(1, 3, 4), zeros(1, 5, 4), zeros(1, 4, 4), index, 2, 1));
    expectRefused(
        "attention",
        () -> oracle.attention(zeros(1, 2, 4), zeros(1, 5, 4), zeros(1, 5, 4), index, 2, 1));
    expectRefused("crossEntropy", () -> oracle.crossEntropy(zeros(2, 4), index));
    expectRefused("guidance", () -> oracle.guidance(zeros(3, 1, 4), zeros(1)));
    expectRefused("sample", () -> oracle.sample(zeros(2, 4), zeros(3), Sampling.PLAIN));
  }

  private static void expectOutside(String op, ThrowingCallable call) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(call)
        .withMessageStartingWith(op + ": ");
  }

  @Test
  void indicesOutsideAreNamed() {
    Weight weight = weight(DType.F32, 1, 2);
    Tensor kv = zeros(1, 2, 2);
    expectOutside("embed", () -> oracle.embed(weight, oracle.ints(Shape.of(1), 1)));
    expectOutside("gather", () -> oracle.gather(zeros(1, 2), oracle.ints(Shape.of(1), -1)));
    for (int end : new int[] {0, 3, -1}) {
      Tensor ends = oracle.ints(Shape.of(2), 1, end);
      expectOutside("attention", () -> oracle.attention(kv, kv, kv, ends, 1, 1));
    }
    Tensor rows = oracle.ints(Shape.of(2), 0, 4);
    expectOutside("rope", () -> oracle.rope(kv, zeros(4, 1, 2), rows, 1));
    Tensor targets = oracle.ints(Shape.of(1), 4);
    expectOutside("crossEntropy", () -> oracle.crossEntropy(zeros(1, 4), targets));
  }

  @Test
  void operandsOfAnotherBackendAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.silu(new ForeignTensor()))
        .withMessageContaining("ForeignTensor was given to the oracle");
  }

  private record ForeignTensor() implements Tensor {
    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public float[] toFloats() {
      return new float[1];
    }

    @Override
    public double[] toDoubles() {
      return new double[1];
    }

    @Override
    public int[] toInts() {
      throw new IllegalStateException("F32");
    }
  }

  @Test
  void bfloat16StorageRoundsToNearestEven() {
    double ulp = 0x1p-7; // of bfloat16 between 1 and 2
    assertThat(
            stored(
                weight(
                    DType.BF16,
                    1 + 0.49 * ulp,
                    1 + 0.5 * ulp, // a tie: the even neighbour is below
                    1 + 1.5 * ulp, // a tie: the even neighbour is above
                    1 + 0.51 * ulp,
                    -1 - 1.5 * ulp,
                    0x1.8p-133, // a tie among subnormals, whose step is 2^-133
                    3.3895314e38)))
        .containsExactly(
            1, 1, 1 + 2 * ulp, 1 + ulp, -1 - 2 * ulp, 0x1p-132, Math.scalb(255.0, 120));
  }

  @Test
  void float32StorageKeepsWhatTheSourceGives() {
    assertThat(stored(weight(DType.F32, 0.1, 1e300))).containsExactly(0.1, 1e300);
  }

  @Test
  void assigningReplacesTheValuesAndCounts() {
    Weight weight = weight(DType.F32, 1, 2);
    assertThat(weight.version()).isZero();
    oracle.assign(weight, new ArraySource("other", Shape.of(1, 2), 3, 4));
    assertThat(weight.version()).isEqualTo(1);
    assertThat(weight.name()).isEqualTo("w");
    assertThat(stored(weight)).containsExactly(3, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.assign(weight, new ArraySource("x", Shape.of(2, 1), 3, 4)))
        .withMessage("assign: 'w' is [2, 1], expected [1, 2]");
  }

  @Test
  void theProviderIsFoundByName() {
    BackendProvider provider = BackendProvider.named("oracle");
    assertThat(provider.availability(BackendProvider.Settings.ofThreads(1)).available()).isTrue();
    try (Backend backend = provider.open(BackendProvider.Settings.ofThreads(1))) {
      assertThat(backend.name()).isEqualTo("oracle");
      assertThat(backend.computeType()).isEqualTo(DType.F64);
      assertThat(backend.device()).contains("float64");
    }
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> BackendProvider.named("abacus"))
        .withMessageContaining("'abacus'")
        .withMessageContaining("oracle");
  }
}
