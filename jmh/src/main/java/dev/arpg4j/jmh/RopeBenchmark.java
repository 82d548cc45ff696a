package dev.arpg4j.jmh;

import dev.arpg4j.model.RopeTable;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.Magnitude;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what does rotating queries or keys to their cells cost?
 *
 * <p>Expected: four products and two sums a pair, with the table row read once for all heads:
 * microseconds, linear in the rows, like the norm.
 *
 * <p>Run: {@code ./arpg bench jmh Rope}
 */
public class RopeBenchmark extends OpBenchmark {
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
      return rope(n, ArpgL.HEADS);
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
      return rope(3, 4);
    }
  }

  @Benchmark
  public Tensor rope(AtArpgL state) {
    return state.say();
  }

  @Benchmark
  public Tensor small(Small state) {
    return state.say();
  }

  private static OpCase rope(int n, int heads) {
    TokenGrid grid = ArpgL.CONFIG.grid();
    int headDim = ArpgL.CONFIG.headDim();
    return MeasuredOp.opCase(
        "rope",
        "%d rows, %d heads of %d".formatted(n, heads, headDim),
        inputs -> {
          Backend backend = inputs.backend();
          Drawn x = inputs.reals(ArpgL.rows(n, heads * headDim), 1);
          Tensor table = RopeTable.of(backend, grid, headDim, ArpgL.CONFIG.ropeBase());
          Magnitude pairs = Magnitude.ofRows(table);
          // Cells far apart, as a random order has them.
          int[] cells = IntStream.range(0, n).map(i -> i * 97 % grid.cells()).toArray();
          Tensor rows =
              backend.ints(Shape.of(n), IntStream.of(cells).map(RopeTable::row).toArray());
          return new Prepared(
              ops -> ops.rope(x.tensor(), table, rows, heads),
              bounds -> bounds.rope(x.rows(), pairs, x.width()));
        });
  }
}
