package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what does turning a row of logits into an id cost, and what do the filters add?
 *
 * <p>Expected: greedy is one pass over the row; plain adds an exponential an entry and a running
 * sum, so it is close to {@code softmax}, the baseline; top-k adds a selection and top-p an order
 * among what is left, which is the dearest. All of it is far below the head that made the logits.
 *
 * <p>Run: {@code ./arpg bench jmh Sample}
 */
public class SampleBenchmark extends OpBenchmark {
  /** The ways to draw, with the filters that people use for this model's 16384 codes. */
  public enum Filter {
    GREEDY(Sampling.GREEDY),
    PLAIN(Sampling.PLAIN),
    TOP_K(new Sampling(1, 600, 1)),
    TOP_P(new Sampling(1, 0, 0.95));

    private final Sampling sampling;

    Filter(Sampling sampling) {
      this.sampling = sampling;
    }
  }

  /** n rows of one image of ARPG-L, guided already. */
  @State(Scope.Benchmark)
  public static class AtArpgL extends MeasuredOp {
    @Param("cpu")
    public String backend;

    @Param public Filter filter;

    @Param({"3", "28"})
    public int n;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return sample(n, ArpgL.CONFIG.vocabulary(), filter);
    }
  }

  /** A size at which the oracle answers too. */
  @State(Scope.Benchmark)
  public static class Small extends MeasuredOp {
    @Param({"cpu", "oracle"})
    public String backend;

    @Param({"PLAIN", "TOP_P"})
    public Filter filter;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return sample(3, 512, filter);
    }
  }

  /** What sampling contains in any case. */
  @State(Scope.Benchmark)
  public static class Softmax extends MeasuredOp {
    @Param("cpu")
    public String backend;

    @Param({"3", "28"})
    public int n;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return softmax(Shape.of(1, n, ArpgL.CONFIG.vocabulary()));
    }
  }

  @Benchmark
  public Tensor sample(AtArpgL state) {
    return state.say();
  }

  @Benchmark
  public Tensor softmax(Softmax state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  private static OpCase sample(int n, int vocabulary, Filter filter) {
    return MeasuredOp.opCase(
        "sample",
        "%d rows of %d, %s".formatted(n, vocabulary, filter),
        inputs -> {
          Drawn logits = inputs.reals(Shape.of(1, n, vocabulary), 4);
          double[] units =
              Arrays.stream(inputs.symmetric(n, 0.5)).map(each -> (float) (each + 0.5)).toArray();
          Drawn uniform = inputs.drawn(Shape.of(1, n), units);
          return new Prepared(
              ops -> ops.sample(logits.tensor(), uniform.tensor(), filter.sampling),
              bounds ->
                  bounds
                      .decoding()
                      .sample(logits.values(), uniform.values(), vocabulary, filter.sampling));
        });
  }

  private static OpCase softmax(Shape shape) {
    return MeasuredOp.opCase(
        "softmax",
        "x " + shape,
        inputs -> {
          Drawn logits = inputs.reals(shape, 4);
          return new Prepared(
              ops -> ops.softmax(logits.tensor()),
              bounds -> bounds.softmax(logits.rows(), logits.width()));
        });
  }
}
