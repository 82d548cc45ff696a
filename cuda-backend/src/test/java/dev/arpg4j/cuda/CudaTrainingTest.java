package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values go between tensors, constants and weights on the device alone; a step can be replayed. */
class CudaTrainingTest {
  private CudaBackend backend;

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private Weight weight(Shape shape, DType storage) {
    return backend.weight(new ArraySource("w", shape, numbers(1, shape)), storage);
  }

  private static double[] numbers(int seed, Shape shape) {
    return Numbers.symmetric(seed, (int) shape.size(), 1);
  }

  private static float[] kept(double[] values, boolean rounded) {
    float[] kept = new float[values.length];
    for (int at = 0; at < kept.length; at++) {
      float value = (float) values[at];
      kept[at] = rounded ? Bf16.widen(Bf16.narrow(value)) : value;
    }
    return kept;
  }

  /** Of a matrix, a vector, and a kernel, which is kept in another order. */
  @ParameterizedTest
  @CsvSource({
    "F32, F32, false",
    "F32, BF16, true",
    "BF16, F32, true",
    "BF16, BF16, true",
  })
  void aWeightsValuesAreThoseThatItWasGiven(DType compute, DType storage, boolean rounded) {
    backend = OnStandIn.open(compute);
    for (Shape shape : new Shape[] {Shape.of(5, 7), Shape.of(9), Shape.of(3, 4, 3, 2)}) {
      boolean vector = shape.rank() == 1;
      boolean rounds = vector ? storage == DType.BF16 : rounded;
      Weight weight = weight(shape, storage);
      try (Scope scope = backend.scope()) {
        Tensor before = backend.value(weight);
        assertThat(before.shape()).isEqualTo(shape);
        Tensor given = backend.tensor(shape, numbers(2, shape));
        StandIn.reset();
        backend.assign(weight, given);
        Tensor after = backend.value(weight);
        assertThat(StandIn.count("copiesToDevice")).isZero();
        assertThat(StandIn.count("copiesToHost")).isZero();
        assertThat(weight.version()).isEqualTo(1);
        assertThat(after.toFloats()).isEqualTo(kept(numbers(2, shape), rounds));
        assertThat(before.toFloats()).isEqualTo(kept(numbers(1, shape), rounds));
      }
    }
  }

  /** A kernel that was assigned multiplies as one that was loaded. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void anAssignedKernelIsInItsPlace(DType type) {
    backend = OnStandIn.open(type);
    Shape shape = Shape.of(2, 3, 3, 3);
    Weight assigned = weight(shape, DType.F32);
    Weight loaded = backend.weight(new ArraySource("other", shape, numbers(2, shape)), DType.F32);
    Weight bias = backend.weight(new ArraySource("bias", Shape.of(2), 0, 0), DType.F32);
    try (Scope scope = backend.scope()) {
      backend.assign(assigned, backend.tensor(shape, numbers(2, shape)));
      Shape images = Shape.of(1, 4, 5, 3);
      Tensor x = backend.tensor(images, numbers(3, images));
      Ops.Padding padding = Ops.Padding.all(1);
      float[] expected = backend.conv2d(x, loaded, bias, 1, padding).toFloats();
      assertThat(backend.conv2d(x, assigned, bias, 1, padding).toFloats()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void aConstantTakesATensorsValues(DType type) {
    backend = OnStandIn.open(type);
    try (Scope scope = backend.scope()) {
      Tensor constant = backend.tensor(Shape.of(2, 2), 1, 2, 3, 4);
      Tensor exact = backend.tensor(Shape.of(2, 2), 1 + 0x1p-20, 6, 7, 8);
      Tensor computed = backend.scale(constant, 3);
      Tensor said = backend.scale(constant, 1);
      StandIn.reset();
      backend.assign(constant, exact);
      backend.assign(constant, constant);
      assertThat(StandIn.count("copiesToDevice")).isZero();
      assertThat(StandIn.count("copiesToHost")).isZero();
      assertThat(constant.toFloats()).containsExactly(1 + 0x1p-20f, 6, 7, 8);
      backend.assign(constant, computed);
      assertThat(constant.toFloats()).containsExactly(3, 6, 9, 12);
      assertThat(said.toFloats()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void misfitsAreRefused() {
    backend = OnStandIn.open(DType.F32);
    Weight weight = weight(Shape.of(2, 3), DType.F32);
    try (Scope scope = backend.scope()) {
      Tensor turned = backend.tensor(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
      Tensor ids = backend.ints(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
      Tensor constant = backend.tensor(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.assign(weight, turned))
          .withMessage("assign: 'w' is [3, 2], expected [2, 3]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.assign(constant, turned))
          .withMessage("assign: values [3, 2], expected [2, 3]");
      for (Runnable misfit :
          new Runnable[] {
            () -> backend.assign(weight, ids),
            () -> backend.assign(constant, ids),
            () -> backend.assign(ids, constant)
          }) {
        assertThatIllegalArgumentException()
            .isThrownBy(misfit::run)
            .withMessage("assign: a tensor of I32, expected numbers");
      }
      assertThat(weight.version()).isZero();
    }
  }

  /** A step of training as a routine: its third run is a replay, and goes on from the second. */
  @Test
  void aRoutineReplaysAStep() {
    backend = OnStandIn.open(DType.F32);
    Shape shape = Shape.of(2, 3);
    Weight replayed = weight(shape, DType.F32);
    Weight said = weight(shape, DType.F32);
    try (Scope scope = backend.scope()) {
      Parameter one = Parameter.of(backend, replayed);
      Parameter other = Parameter.of(backend, said);
      Tensor x = backend.tensor(Shape.of(4, 3), numbers(5, Shape.of(4, 3)));
      try (Routine<Tensor> routine = backend.routine(() -> one.step(backend, x))) {
        for (int time = 0; time < 4; time++) {
          float[] loss = routine.run().toFloats();
          try (Scope inner = backend.scope()) {
            assertThat(loss).as("run %d", time).isEqualTo(other.step(backend, x).toFloats());
          }
        }
        assertThat(backend.value(replayed).toFloats())
            .isEqualTo(backend.value(said).toFloats())
            .isNotEqualTo(kept(numbers(1, shape), false));
      }
    }
  }

  /** A weight with its master copy and moments. */
  private record Parameter(Weight weight, Tensor master, Tensor first, Tensor second) {
    private static final AdamWStep STEP = new AdamWStep(0.1, 0.9, 0.95, 1e-8, 0.05, 1, 1, 1);

    static Parameter of(CudaBackend backend, Weight weight) {
      double[] zeros = new double[(int) weight.shape().size()];
      return new Parameter(
          weight,
          backend.tensor(weight.shape(), numbers(1, weight.shape())),
          backend.tensor(weight.shape(), zeros),
          backend.tensor(weight.shape(), zeros));
    }

    /** Down the gradient of half the sum of y², y = x Wᵀ; gives y. */
    Tensor step(CudaBackend backend, Tensor x) {
      try (Scope scope = backend.scope()) {
        Tensor y = backend.linear(x, weight);
        Tensor gradient = backend.linearWeightBackward(x, y);
        Adapted adapted = backend.adamW(master, gradient, first, second, STEP);
        backend.assign(master, adapted.value());
        backend.assign(first, adapted.first());
        backend.assign(second, adapted.second());
        backend.assign(weight, master);
        return scope.keep(y);
      }
    }
  }
}
