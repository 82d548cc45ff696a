package dev.arpg4j.jmh;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.Magnitude;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: how close does a linear layer come to what the machine can do, when its weights come
 * from memory and when they are in the caches?
 *
 * <p>Expected: a decoding step reads every weight once for a handful of rows. {@code cold} is that
 * case: calls walk through 128 MiB of weights, more than the last-level cache holds, so 2 and 3
 * rows a branch take equally long, GB/s is close to the memory's, and bfloat16 weights take about
 * half the time. With 28 rows a branch arithmetic rules: GFLOP/s is what matters, and both types
 * are equally fast. {@code hot} multiplies by the same weights again and again: the small ones then
 * come from a cache, and the difference to {@code cold} is the price of memory.
 *
 * <p>Run: {@code ./arpg bench jmh Linear}
 */
public class LinearBenchmark extends OpBenchmark {
  /** Weights that {@code cold} walks through. */
  static final int COLD_BYTES = 1 << 27;

  /** The matrices of ARPG-L by their sizes. */
  public enum Matrix {
    /** Queries, keys, values and the projection after attention. */
    PROJECTION(ArpgL.WIDTH, ArpgL.WIDTH),
    /** Either of the two into the feed-forward. */
    WIDEN(ArpgL.WIDTH, ArpgL.CONFIG.innerDim()),
    /** Out of the feed-forward. */
    NARROW(ArpgL.CONFIG.innerDim(), ArpgL.WIDTH),
    /** To the logits. */
    HEAD(ArpgL.WIDTH, ArpgL.CONFIG.vocabulary());

    private final int inner;
    private final int outer;

    Matrix(int inner, int outer) {
      this.inner = inner;
      this.outer = outer;
    }
  }

  /** Weights from memory. */
  @State(Scope.Benchmark)
  public static class Cold extends MeasuredOp {
    @Param("cpu")
    public String backend;

    @Param public Matrix matrix;

    @Param({"F32", "BF16"})
    public DType weights;

    @Param({"2", "3", "28"})
    public int n;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      int bytes = matrix.inner * matrix.outer * weights.bytes();
      return linear(ArpgL.rows(n, matrix.inner), matrix.outer, weights, COLD_BYTES / bytes);
    }

    @Override
    OpCase proof() {
      return linear(ArpgL.rows(n, matrix.inner), matrix.outer, weights, 1);
    }
  }

  /** Always the same weights. */
  @State(Scope.Benchmark)
  public static class Hot extends MeasuredOp {
    @Param("cpu")
    public String backend;

    @Param public Matrix matrix;

    @Param({"F32", "BF16"})
    public DType weights;

    @Param("3")
    public int n;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return linear(ArpgL.rows(n, matrix.inner), matrix.outer, weights, 1);
    }
  }

  /** A size at which the oracle answers too. */
  @State(Scope.Benchmark)
  public static class Small extends MeasuredOp {
    @Param({"cpu", "oracle"})
    public String backend;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return linear(Shape.of(2, 3, 256), 256, DType.F32, 1);
    }
  }

  @Benchmark
  public Tensor cold(Cold state) {
    return state.say();
  }

  @Benchmark
  public Tensor hot(Hot state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  /** Calls walk through {@code count} weights, round and round. */
  private static OpCase linear(Shape rows, int outer, DType storage, int count) {
    int inner = rows.dim(-1);
    return MeasuredOp.opCase(
        "linear",
        "x %s weight [%d, %d] %s".formatted(rows, outer, inner, storage),
        inputs -> {
          Drawn x = inputs.reals(rows, 1);
          List<DrawnWeight> drawn = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            drawn.add(inputs.matrix(inner, outer, storage));
          }
          Magnitude largest =
              drawn.stream()
                  .map(DrawnWeight::largest)
                  .max(Comparator.comparingDouble(magnitude -> magnitude.norm(0)))
                  .orElseThrow();
          Weight[] weights = drawn.stream().map(DrawnWeight::weight).toArray(Weight[]::new);
          int[] next = {0};
          return new Prepared(
              ops -> {
                Weight weight = weights[next[0]];
                next[0] = (next[0] + 1) % weights.length;
                return ops.linear(x.tensor(), weight);
              },
              bounds -> bounds.linear(x.rows(), largest, inner, outer));
        });
  }
}
