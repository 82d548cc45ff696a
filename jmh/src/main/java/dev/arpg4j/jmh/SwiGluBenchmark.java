package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what does the gate of the feed-forward cost, and what does fusing it save?
 *
 * <p>Expected: one polynomial exponential an entry, so linear in the rows and small beside the two
 * products around it. {@code definition} says silu and mul one after the other, as the op is
 * defined; it takes longer by the intermediate result that it writes and reads back.
 *
 * <p>Run: {@code ./arpg bench jmh SwiGlu}
 */
public class SwiGluBenchmark extends OpBenchmark {
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
      return swiGlu(shape(), (ops, gate, up) -> ops.swiGlu(gate, up));
    }

    Shape shape() {
      return ArpgL.rows(n, ArpgL.CONFIG.innerDim());
    }
  }

  /** The same by its definition. */
  @State(Scope.Benchmark)
  public static class ByDefinition extends AtArpgL {
    @Override
    OpCase opCase() {
      return swiGlu(shape(), (ops, gate, up) -> ops.mul(ops.silu(gate), up));
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
      return swiGlu(Shape.of(2, 3, 256), (ops, gate, up) -> ops.swiGlu(gate, up));
    }
  }

  @Benchmark
  public Tensor swiGlu(AtArpgL state) {
    return state.say();
  }

  @Benchmark
  public Tensor definition(ByDefinition state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  /** Says the gate in one way or another. */
  @FunctionalInterface
  private interface Gate {
    Tensor say(Ops ops, Tensor gate, Tensor up);
  }

  private static OpCase swiGlu(Shape shape, Gate said) {
    return MeasuredOp.opCase(
        "swiGlu",
        "gate and up " + shape,
        inputs -> {
          Drawn gate = inputs.reals(shape, 4);
          Drawn up = inputs.reals(shape, 4);
          return new Prepared(
              ops -> said.say(ops, gate.tensor(), up.tensor()),
              bounds -> bounds.swiGlu(gate.rows(), up.rows(), gate.width()));
        });
  }
}
