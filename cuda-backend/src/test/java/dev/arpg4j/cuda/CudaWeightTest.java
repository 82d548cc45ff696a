package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How weights are loaded, kept and replaced. */
class CudaWeightTest {
  private static final double NEAR_ONE = 1 + 0x1p-9; // 1 in bfloat16
  private CudaBackend backend;

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static WeightSource source(int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[(int) shape.size()];
    Arrays.fill(values, NEAR_ONE);
    return new ArraySource("w", shape, values);
  }

  private float[] row(Weight table, int row) {
    try (Scope scope = backend.scope()) {
      return backend.embed(table, backend.ints(Shape.of(1), row)).toFloats();
    }
  }

  @Test
  void float32KeepsWhatTheSourceGivesAndRoundsWhatIsToBeRounded() {
    backend = OnStandIn.open(DType.F32);
    Weight exact = backend.weight(source(2, 3), DType.F32);
    Weight rounded = backend.weight(source(2, 3), DType.BF16);
    assertThat(exact.storage()).isEqualTo(DType.F32);
    assertThat(rounded.storage()).isEqualTo(DType.BF16);
    assertThat(row(exact, 1)).containsOnly((float) NEAR_ONE);
    assertThat(row(rounded, 1)).containsOnly(1);
  }

  @Test
  void bfloat16HoldsMatricesInHalfAndScalesInFull() {
    backend = OnStandIn.open(DType.BF16);
    Weight matrix = backend.weight(source(1, 3), DType.F32);
    Weight scale = backend.weight(source(3), DType.F32);
    assertThat(matrix.storage()).isEqualTo(DType.BF16);
    assertThat(scale.storage()).isEqualTo(DType.F32);
    assertThat(row(matrix, 0)).containsOnly(1);
  }

  @Test
  void otherStorageIsRefused() {
    backend = OnStandIn.open(DType.F32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.weight(source(2, 3), DType.I32))
        .withMessage("weight 'w': storage I32, expected F32 or BF16");
  }

  @Test
  void assigningReplacesTheValuesAndCounts() {
    backend = OnStandIn.open(DType.F32);
    Weight weight = backend.weight(new ArraySource("w", Shape.of(1, 2), 1, 2), DType.F32);
    assertThat(weight.version()).isZero();
    backend.assign(weight, new ArraySource("other", Shape.of(1, 2), 3, 4));
    assertThat(weight.version()).isEqualTo(1);
    assertThat(weight.name()).isEqualTo("w");
    assertThat(row(weight, 0)).containsExactly(3, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.assign(weight, new ArraySource("x", Shape.of(2, 1), 3, 4)))
        .withMessage("assign: 'w' is [2, 1], expected [1, 2]");
  }

  /** Numbers that know their place; notes which threads read them. */
  private record Counting(Shape shape, Set<Thread> readers, long failsAt) implements WeightSource {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public Reader open() {
      return new Reader() {
        @Override
        public void read(long from, float[] to, int offset, int count) {
          readers.add(Thread.currentThread());
          if (from <= failsAt && failsAt < from + count) {
            throw new IllegalStateException("element " + failsAt);
          }
          for (int i = 0; i < count; i++) {
            to[offset + i] = (from + i) % 251;
          }
        }

        @Override
        public void read(long from, double[] to, int offset, int count) {
          throw new UnsupportedOperationException("floats are asked for");
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void severalThreadsReadALargeWeight() {
    backend = OnStandIn.open(DType.BF16);
    Shape shape = Shape.of(1031, 1000);
    Set<Thread> readers = ConcurrentHashMap.newKeySet();
    StandIn.reset();
    Weight weight = backend.weight(new Counting(shape, readers, -1), DType.BF16);
    assertThat(StandIn.count("copiesToDevice")).isEqualTo(8);
    assertThat(readers).hasSizeLessThanOrEqualTo(2);
    for (int row : new int[] {0, 131, 262, 500, 1030}) {
      float[] values = row(weight, row);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isEqualTo((row * 1000 + i) % 251);
      }
    }
  }

  @Test
  void aSourceThatFailsIsHeardOnWhicheverThreadItIsRead() {
    backend = OnStandIn.open(DType.F32);
    Shape shape = Shape.of(1031, 1000);
    for (long at : new long[] {0, 600_000, 1_030_999}) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  backend.weight(new Counting(shape, ConcurrentHashMap.newKeySet(), at), DType.F32))
          .withMessage("element " + at);
    }
    assertThat(row(backend.weight(source(1, 3), DType.BF16), 0)).containsOnly(1);
  }

  @Test
  void weightsLoadedTogetherAreMultipliedInOneGo() {
    backend = OnStandIn.open(DType.F32);
    List<WeightSource> sources =
        List.of(
            new ArraySource("q", Shape.of(2, 3), 1, 0, 0, 0, 1, 0),
            new ArraySource("k", Shape.of(2, 3), 2, 0, 0, 0, 2, 0),
            new ArraySource("v", Shape.of(2, 3), 0, 0, 1, 1, 1, 1));
    List<Weight> together = backend.weights(sources, DType.F32, Weight.Use.PANELS);
    assertThat(together).extracting(Weight::name).containsExactly("q", "k", "v");
    List<Weight> crossed = List.of(together.get(2), together.get(0));
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(1, 3), 5, 6, 7);
      List<Tensor> results = backend.linearEach(x, together);
      assertThat(results.get(0).toFloats()).containsExactly(5, 6);
      assertThat(results.get(1).toFloats()).containsExactly(10, 12);
      assertThat(results.get(2).toFloats()).containsExactly(7, 18);
      List<Tensor> others = backend.linearEach(x, crossed);
      assertThat(others.get(0).toFloats()).containsExactly(7, 18);
      assertThat(others.get(1).toFloats()).containsExactly(5, 6);
    }
  }

  @Test
  void weightsOfSeveralShapesAreLoadedAsTheyAre() {
    backend = OnStandIn.open(DType.F32);
    List<Weight> weights =
        backend.weights(List.of(source(2, 3), source(3, 2), source(3)), DType.F32);
    assertThat(weights)
        .extracting(Weight::shape)
        .containsExactly(Shape.of(2, 3), Shape.of(3, 2), Shape.of(3));
  }
}
