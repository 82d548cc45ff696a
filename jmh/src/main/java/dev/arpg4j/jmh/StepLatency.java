package dev.arpg4j.jmh;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: how long do the first, a middle and the last step of a 64-step decode take?
 *
 * <p>Expected: at ARPG-L a step of few rows reads all weights and does little with them, so the
 * first and the middle one take about as long as reading 1.2 GiB (half of that in bfloat16) from
 * memory, whatever is cached; the last, with 28 targets where others have 2 to 4, is bound by
 * arithmetic. The embedded model's weights fit in a cache: its last step shows the cosine
 * schedule's growth. The oracle says the same step in doubles, a hundred times slower; it is the
 * baseline.
 *
 * <p>Sampling, guidance with two branches and the copying of ids are part of a step. One JVM each,
 * as loading ARPG-L takes longer than measuring it.
 *
 * <p>On a GPU the host says a step once and enqueues it from a graph from then on; an invocation
 * waits for the device, so a step that is bound by launches shows it.
 *
 * <p>Run: {@code ./arpg bench jmh StepLatency}, on a GPU {@code ./arpg bench jmh
 * StepLatency.published --backend cuda --compute bf16 -p batch=1,64}
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepLatency {
  /** The parameter that names the backend of a baseline. */
  static final String BASELINE = "baseline";

  /** A published size with random weights. */
  @State(Scope.Benchmark)
  public static class Published extends MeasuredStep {
    @Param("cpu")
    public String backend;

    @Param("ARPG-L")
    public String model;

    @Param({"F32", "BF16"})
    public DType weights;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    String modelName() {
      return model;
    }

    @Override
    DType storage() {
      return weights;
    }
  }

  /** The model that ships with the program. */
  @State(Scope.Benchmark)
  public static class Embedded extends MeasuredStep {
    @Param("cpu")
    public String backend;

    @Param("shapes10")
    public String model;

    @Param({"F32", "BF16"})
    public DType weights;

    @Override
    String backendName() {
      return backend;
    }

    @Override
    String modelName() {
      return model;
    }

    @Override
    DType storage() {
      return weights;
    }
  }

  /** The same in plain loops: the baseline. */
  @State(Scope.Benchmark)
  public static class ByOracle extends MeasuredStep {
    /** By a name of its own: what is asked to compute instead of others does not say this. */
    @Param("oracle")
    public String baseline;

    @Param("shapes10")
    public String model;

    @Param("F32")
    public DType weights;

    @Override
    String backendName() {
      return baseline;
    }

    @Override
    String modelName() {
      return model;
    }

    @Override
    DType storage() {
      return weights;
    }
  }

  @Benchmark
  public Tensor published(Published state) {
    return state.say();
  }

  @Benchmark
  public Tensor embedded(Embedded state) {
    return state.say();
  }

  @Benchmark
  public Tensor embeddedByOracle(ByOracle state) {
    return state.say();
  }
}
