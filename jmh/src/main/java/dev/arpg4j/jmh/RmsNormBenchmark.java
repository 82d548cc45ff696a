package dev.arpg4j.jmh;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what does the norm before every block cost?
 *
 * <p>Expected: nothing that matters. It reads and writes 8 KiB a row, all of it in the first-level
 * cache: microseconds, linear in the rows, far below the linear layers beside it. The oracle, which
 * adds doubles one by one, is about ten times slower.
 *
 * <p>Run: {@code ./arpg bench jmh RmsNorm}
 */
public class RmsNormBenchmark extends OpBenchmark {
  /** n rows of ARPG-L. */
  @State(Scope.Benchmark)
  public static class AtArpgL extends MeasuredOp {
    @Param("cpu")
    public String backend;

    @Param({"2", "3", "28"})
    public int n;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return rmsNorm(ArpgL.rows(n, ArpgL.WIDTH));
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
      return rmsNorm(Shape.of(2, 3, 256));
    }
  }

  @Benchmark
  public Tensor rmsNorm(AtArpgL state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  private static OpCase rmsNorm(Shape shape) {
    return MeasuredOp.opCase(
        "rmsNorm",
        "x " + shape,
        inputs -> {
          int width = shape.dim(-1);
          Drawn x = inputs.reals(shape, 1);
          DrawnWeight scale = inputs.weight(Shape.of(width), DType.F32, 1, Weight.Use.ROWS);
          double epsilon = ArpgL.CONFIG.normEpsilon();
          return new Prepared(
              ops -> ops.rmsNorm(x.tensor(), scale.weight(), epsilon),
              bounds -> bounds.rmsNorm(width));
        });
  }
}
