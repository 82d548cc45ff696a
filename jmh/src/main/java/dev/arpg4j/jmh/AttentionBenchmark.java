package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what do n queries pay to read m cached rows, and is it bound by arithmetic or by the
 * cache?
 *
 * <p>Expected: at m = 257 the keys and values of one layer and two branches are 4 MiB, more than
 * the second-level cache holds, and every query row shares one pass over them: so 28 queries cost
 * less than 28 times one. At m = 1 only the fixed cost of a call is left. All queries see all rows,
 * as in pass 2.
 *
 * <p>Run: {@code ./arpg bench jmh Attention}
 */
public class AttentionBenchmark extends OpBenchmark {
  /** A step of ARPG-L. */
  @State(Scope.Benchmark)
  public static class AtArpgL extends MeasuredOp {
    @Param("cpu")
    public String backend;

    @Param({"2", "3", "28"})
    public int n;

    @Param({"1", "128", "257"})
    public int m;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    OpCase opCase() {
      return attention(n, m, ArpgL.HEADS);
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
      return attention(3, 32, 4);
    }
  }

  @Benchmark
  public Tensor attention(AtArpgL state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  private static OpCase attention(int n, int m, int heads) {
    int headDim = ArpgL.CONFIG.headDim();
    return MeasuredOp.opCase(
        "attention",
        "%d queries, %d cached rows, %d heads of %d".formatted(n, m, heads, headDim),
        inputs -> {
          Backend backend = inputs.backend();
          Drawn q = inputs.reals(ArpgL.rows(n, heads * headDim), 2);
          Drawn k = inputs.reals(ArpgL.rows(m, heads * headDim), 2);
          Drawn v = inputs.reals(ArpgL.rows(m, heads * headDim), 2);
          KvCache cache = backend.kvCache(ArpgL.BRANCHES, m, heads, headDim);
          backend.append(cache, k.tensor(), v.tensor());
          int[] ends = new int[n];
          Arrays.fill(ends, m);
          Tensor visibleEnd = backend.ints(Shape.of(n), ends);
          double factor = 1 / Math.sqrt(headDim);
          AttentionExtents extents = new AttentionExtents(ArpgL.BRANCHES, n, m, heads, headDim);
          return new Prepared(
              ops -> ops.attention(q.tensor(), cache, visibleEnd, factor),
              bounds ->
                  bounds.attention(
                      q.rows(headDim), k.rows(headDim), v.rows(headDim), extents, factor));
        });
  }
}
